using System.Net;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CrashShield.Middleware.Tests.Endpoints;

/// <summary>The application's health checks are run in the background, and the log does not fill with that.</summary>
public class HealthCheckLogTests
{
    private const string Service = "Microsoft.Extensions.Diagnostics.HealthChecks.DefaultHealthCheckService";

    [Fact]
    public async Task CheckThatFailsInEachRoundIsLoggedOnceAndNotUnderTheApplicationsCategory()
    {
        var rounds = 0;
        await using var app = await ShieldedApp.StartAsync(
            app =>
            {
                app.UseCrashShield();
                app.MapHealthChecks("/health");
            },
            shield => shield.HealthChecks.Interval = TimeSpan.FromSeconds(1),
            builder => builder.Services.AddHealthChecks().AddCheck("licence", () =>
            {
                Interlocked.Increment(ref rounds);
                return HealthCheckResult.Unhealthy("expired");
            }));

        await app.Log.UntilAsync(() => rounds >= 3);
        Assert.Contains("licence", Assert.Single(await app.Log.WaitForAsync(2160)).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(app.Log.All, entry => entry.Category == Service);

        // Who asks gets what there was.
        using var asked = await app.Http1.GetAsync("/health", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, asked.StatusCode);
        Assert.Single(app.Log.All, entry => entry is { Category: Service, Level: LogLevel.Error });
    }
}
