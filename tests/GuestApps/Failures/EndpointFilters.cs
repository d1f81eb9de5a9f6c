using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;
using CrashShield.GuestApps.Seen;

namespace CrashShield.GuestApps.Failures;

internal static class EndpointFilters
{
    public static Guest Guest { get; } = new("endpoint-filters", GuestKind.Api, "https://github.com/dotnet/AspNetCore.Docs/issues/37697", Build)
    {
        IsShort = true,
        About = ["Middleware/Exceptions"],
        Plays = [Play.Get("/products/1"), Play.Get("/products/x"), Play.Get("/products/13"), Play.Get("/guarded/x"), Play.Get("/guarded/1")],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.MapGet("/products/{id}", (int id) => id == 13 ? throw new InvalidOperationException("unlucky") : id).AddEndpointFilter(SeeAsync);
        app.MapGroup("/guarded").AddEndpointFilter(AnswerAsync).MapGet("/{id}", (int id) => id);
        return app;
    }

    private static async ValueTask<object?> SeeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        SeenLog.Note($"filter: status {context.HttpContext.Response.StatusCode}");
        try
        {
            return await next(context);
        }
        catch (InvalidOperationException e)
        {
            SeenLog.Note($"filter: {e.Message}");
            throw;
        }
    }

    private static async ValueTask<object?> AnswerAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        context.HttpContext.Response.StatusCode == StatusCodes.Status400BadRequest
            ? Results.Text("no such product", statusCode: StatusCodes.Status404NotFound)
            : await next(context);
}
