using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;
using Prometheus;

namespace CrashShield.GuestApps.Telemetry;

/// <summary>A scrape served by middleware, behind a check of the application's own.</summary>
internal static class PrometheusServer
{
    public static Guest Guest { get; } = new("prometheus-middleware", GuestKind.Api, "https://github.com/prometheus-net/prometheus-net/issues/177", Build)
    {
        IsShort = true,
        About = ["Middleware/Metrics", "Middleware/Endpoints"],
        Plays = [Play.Get("/metrics"), Play.Get("/metrics", "X-Scraper: yes"), Play.Get("/broken"), Play.Get("/counts")],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        setup.Add(builder);
        // A registry of its own, so that what is scraped can be compared.
        var registry = Metrics.NewCustomRegistry();
        Metrics.WithCustomRegistry(registry).CreateCounter("guest_orders_total", "Orders.").Inc(3);
        var app = builder.Build();
        setup.Use(app);
        app.Use((context, next) =>
        {
            if (context.Request.Path != "/metrics" || context.Request.Headers.ContainsKey("X-Scraper"))
                return next(context);

            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        });
        app.UseMetricServer(settings => settings.Registry = registry);
        app.UseHttpMetrics();
        app.MapGet("/broken", string () => throw new InvalidOperationException("broken"));
        app.MapGet("/counts", PrometheusCounts.ReadAsync);
        return app;
    }
}
