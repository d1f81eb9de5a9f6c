using System.Diagnostics.Metrics;
using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;
using Microsoft.AspNetCore.Http.Features;

namespace CrashShield.GuestApps.Telemetry;

/// <summary>Meters of the application's own, and tags that it adds to the framework's.</summary>
internal static class OwnMeters
{
    public static Guest Guest { get; } = new("own-meters", GuestKind.Api, "dotnet/AspNetCore.Docs, metrics", Build)
    {
        Listens = Listening.Meters,
        About = ["Middleware/Metrics"],
        Plays = [Play.Get("/order"), Play.Get("/broken"), Play.Get("/tagged"), Play.Get("/tagged-error"), Play.Get("/silent")],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        var orders = app.Services.GetRequiredService<IMeterFactory>().Create("Guest").CreateCounter<long>("guest.orders");
        app.MapGet("/order", () => orders.Add(1, new KeyValuePair<string, object?>("city", "Oslo")));
        app.MapGet("/broken", string () =>
        {
            orders.Add(1);
            throw new InvalidOperationException("broken");
        });
        app.MapGet("/tagged", (HttpContext context) => Tag(context, "guest.tenant", "t1"));
        app.MapGet("/tagged-error", string (HttpContext context) =>
        {
            Tag(context, "error.type", "own");
            throw new InvalidOperationException("tagged");
        });
        app.MapGet("/silent", string () => throw new InvalidOperationException("silent")).DisableHttpMetrics();
        return app;
    }

    private static void Tag(HttpContext context, string name, string value) =>
        context.Features.Get<IHttpMetricsTagsFeature>()?.Tags.Add(new(name, value));
}
