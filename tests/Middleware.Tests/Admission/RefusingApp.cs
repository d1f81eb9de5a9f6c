using CrashShield.Hosting.Circuit;

namespace CrashShield.Middleware.Tests.Admission;

/// <summary>An application whose circuit is open: it refuses every request without a session.</summary>
internal static class RefusingApp
{
    public static async Task<ShieldedApp> StartAsync(Action<WebApplication> configure, Action<WebApplicationBuilder>? build = null, bool hold = true)
    {
        var app = await ShieldedApp.StartAsync(
            configure,
            shield =>
            {
                shield.Admission.Enabled = true;
                shield.Admission.SessionHeaders.Add("X-Tenant-Key");
                shield.Admission.ProbePaths.Add("/ops/configured");
                shield.Admission.ProbePaths.Add("/ops/with-slash/");
            },
            build);
        if (hold)
            Hold(app);
        return app;
    }

    public static void Hold(ShieldedApp app) => app.Services.GetRequiredService<HealthCircuit>().Hold(CircuitLevel.Open, "test");
}
