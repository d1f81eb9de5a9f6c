using CrashShield.Hosting.Circuit;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.HealthChecks;

/// <summary>
/// Marks what the application's health checks call, by whomever they are run: an endpoint of <c>MapHealthChecks</c> or a publisher decides whether the instance is served with traffic, too
/// (<see cref="RecoveryCalls"/>).
/// </summary>
internal sealed class MarkedHealthChecks : IPostConfigureOptions<HealthCheckServiceOptions>
{
    public void PostConfigure(string? name, HealthCheckServiceOptions options)
    {
        foreach (var check in options.Registrations)
        {
            var create = check.Factory;
            check.Factory = services => new Marked(create(services));
        }
    }

    private sealed class Marked(IHealthCheck check) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            RecoveryCalls.Begin();
            return await check.CheckHealthAsync(context, cancellationToken).ConfigureAwait(false);
        }
    }
}
