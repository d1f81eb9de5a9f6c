using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CrashShield.GuestApps.Health;

/// <summary>Probes served by middleware, not by an endpoint.</summary>
internal static class HealthMiddleware
{
    public static Guest Guest { get; } = new("health-middleware", GuestKind.Api, "dotnet/AspNetCore.Docs, UseHealthChecks", Build)
    {
        IsShort = true,
        About = ["Middleware/Endpoints"],
        Plays = [Play.Get("/healthz"), Play.Get("/readyz"), Play.Get("/livez"), Play.Get("/")],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        builder.Services.AddHealthChecks().AddCheck("queue", () => HealthCheckResult.Unhealthy("full"));
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.UseHealthChecks("/healthz");
        app.Map("/readyz", ready => ready.Run(context => context.Response.WriteAsync("own readiness")));
        app.Use((context, next) => context.Request.Path == "/livez" ? context.Response.WriteAsync("own liveness") : next(context));
        app.MapGet("/", () => "home");
        return app;
    }
}
