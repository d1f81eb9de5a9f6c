using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;
using Prometheus;

namespace CrashShield.GuestApps.Telemetry;

internal static class PrometheusMetrics
{
    public static Guest Guest { get; } = new("prometheus-endpoint", GuestKind.Api, "https://github.com/prometheus-net/prometheus-net/issues/150", Build)
    {
        About = ["Middleware/Metrics", "Middleware/Endpoints"],
        Plays = [Play.Get("/fine"), Play.Get("/broken"), Play.Get("/bad"), Play.Get("/counts"), Play.Get("/metrics")],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.UseRouting();
        app.UseHttpMetrics();
        app.MapMetrics();
        app.MapGet("/fine", () => "fine");
        app.MapGet("/broken", string () => throw new InvalidOperationException("broken"));
        app.MapGet("/bad", string () => throw new BadHttpRequestException("bad"));
        app.MapGet("/counts", PrometheusCounts.ReadAsync);
        return app;
    }
}
