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
        // The same registrations come again with each object of the options.
        foreach (var check in options.Registrations)
        {
            if (check.Factory.Target is not Marking)
                check.Factory = new Marking(check.Factory).Create;
        }
    }

    private sealed class Marking(Func<IServiceProvider, IHealthCheck> create)
    {
        public Marked Create(IServiceProvider services) => new Marked(create(services));
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
