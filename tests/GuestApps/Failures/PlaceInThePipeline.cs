using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;
using CrashShield.GuestApps.Seen;

namespace CrashShield.GuestApps.Failures;

/// <summary>Middleware before and after the place: what stands before it does not see exceptions, but statuses.</summary>
internal static class PlaceInThePipeline
{
    public static Guest Guest { get; } = new("place", GuestKind.Api, "https://github.com/khellang/Middleware/issues/94", Build)
    {
        IsShort = true,
        About = ["Middleware"],
        Plays = [Play.Get("/broken"), Play.Get("/fine"), Play.Get("/nothing"), Play.Get("/before"), Play.Cut("/started")],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        setup.Add(builder);
        var app = builder.Build();
        app.Mark("before");
        app.Use((context, next) =>
        {
            context.Response.OnStarting(() =>
            {
                context.Response.Headers["X-Outside"] = context.Response.StatusCode.ToString();
                return Task.CompletedTask;
            });
            return context.Request.Path == "/before" ? throw new InvalidOperationException("before") : next(context);
        });
        setup.Use(app);
        app.Mark("after");
        app.MapGet("/fine", () => "fine");
        app.MapGet("/broken", string () => throw new InvalidOperationException("broken"));
        app.MapGet("/started", async context =>
        {
            await context.Response.WriteAsync("half");
            await context.Response.Body.FlushAsync();
            await ResponseHead.HasArrivedAsync();
            throw new InvalidOperationException("started");
        });
        return app;
    }
}
