using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;

namespace CrashShield.GuestApps.Pipeline;

internal static class CorrelationScope
{
    private const string HeaderName = "X-Correlation-Id";

    public static Guest Guest { get; } = new("correlation-scope", GuestKind.Api, "https://github.com/aspnet/Logging/issues/677", Build)
    {
        IsShort = true,
        About = ["Middleware/Exceptions", "Hosting/Failures"],
        Plays = [Play.Get("/fine", "X-Correlation-Id: c-1"), Play.Get("/broken", "X-Correlation-Id: c-2"), Play.Get("/async", "X-Correlation-Id: c-3"), Play.Get("/broken")],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        setup.Add(builder);
        var app = builder.Build();
        app.Use(async (context, next) =>
        {
            var id = context.Request.Headers[HeaderName].FirstOrDefault() ?? "none";
            context.Response.OnStarting(() =>
            {
                context.Response.Headers[HeaderName] = id;
                return Task.CompletedTask;
            });
            using (context.RequestServices.GetRequiredService<ILogger<Guest>>().BeginScope("correlation {Id}", id))
                await next(context);
        });
        setup.Use(app);
        app.MapGet("/fine", (ILogger<Guest> logger) =>
        {
            logger.LogInformation("Handling");
            return "fine";
        });
        app.MapGet("/broken", string () => throw new InvalidOperationException("broken"));
        app.MapGet("/async", async Task<string> () =>
        {
            await Task.Yield();
            throw new InvalidOperationException("async");
        });
        return app;
    }
}
