using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CrashShield.GuestApps.Health;

internal static class HealthEndpoint
{
    private static readonly string[] Ready = ["ready"];

    public static Guest Guest { get; } = new("health-endpoint", GuestKind.Api, "https://github.com/Sitecore/MVP-Site/issues/130", Build)
    {
        About = ["Middleware/Endpoints", "Hosting/Circuit"],
        Plays =
        [
            Play.Get("/healthz"),
            Play.Get("/healthz", "Accept: application/json"),
            Play.Get("/healthz/ready"),
            Play.Get("/healthz/live"),
            Play.Get("/livez"),
            Play.Get("/metrics"),
        ],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        builder.Services.AddHealthChecks()
            .AddCheck("disk", () => HealthCheckResult.Healthy("plenty"))
            .AddCheck("database", () => HealthCheckResult.Degraded("slow", data: new Dictionary<string, object> { ["server"] = "db-7.internal" }), Ready);
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.MapHealthChecks("/healthz", new() { ResponseWriter = (context, report) => context.Response.WriteAsJsonAsync(new { own = report.Status.ToString() }) });
        app.MapHealthChecks("/healthz/ready", new() { Predicate = check => check.Tags.Contains("ready") });
        app.MapGet("/metrics", () => "own metrics");
        return app;
    }
}
