using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;

namespace CrashShield.GuestApps.Failures;

/// <summary>An exception middleware of the application's own, outside of the place: it answers, and has its own format.</summary>
internal static class OwnTryCatch
{
    public static Guest Guest { get; } = new("own-middleware", GuestKind.Api, "https://github.com/dotnet/aspnetcore/issues/42950", Build)
    {
        About = ["Middleware/Exceptions"],
        Plays = [Play.Get("/mine"), Play.Get("/other"), Play.Page("/mine"), Play.Get("/fine")],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        // Further in: whatever stands in the place, this one sees the failure first.
        app.Use(AnswerAsync);
        app.MapGet("/mine", string () => throw new ArgumentException("price"));
        app.MapGet("/other", string () => throw new InvalidOperationException("not mine"));
        app.MapGet("/fine", () => "fine");
        return app;
    }

    private static async Task AnswerAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (ArgumentException e)
        {
            context.Response.StatusCode = StatusCodes.Status409Conflict;
            await context.Response.WriteAsJsonAsync(new { code = "E1", message = e.Message });
        }
    }
}
