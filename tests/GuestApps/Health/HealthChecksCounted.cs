using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;
using CrashShield.GuestApps.Seen;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CrashShield.GuestApps.Health;

/// <summary>Checks that cost: nobody but the probe is to run them.</summary>
internal static class HealthChecksCounted
{
    public static Guest Guest { get; } = new("health-checks-counted", GuestKind.Api, "https://github.com/dotnet/aspnetcore/issues/25221, its checks", Build)
    {
        IsShort = true,
        About = ["Hosting/Circuit"],
        Plays = [Play.Get("/health"), Play.Get("/health"), Play.Get("/")],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        builder.Services.AddHealthChecks().AddCheck("licence", () =>
        {
            SeenLog.Note("the licence check ran");
            return HealthCheckResult.Unhealthy("expired");
        });
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.MapHealthChecks("/health");
        app.MapGet("/", () => "home");
        return app;
    }
}
