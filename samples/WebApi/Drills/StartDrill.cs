using CrashShield.Hosting.Serving;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace WebApi.Drills;

/// <summary>A build that does not come up, as <c>StartDrill</c> in the configuration says: <c>crash</c>, <c>hang</c>, <c>slow</c> or <c>unhealthy</c>.</summary>
[RunsWhileWaiting]
internal sealed class StartDrill(IConfiguration configuration) : IHostedService, IHealthCheck
{
    private readonly string? _kind = configuration["StartDrill"];

    public Task StartAsync(CancellationToken cancellationToken) => _kind switch
    {
        "crash" => throw new InvalidOperationException("This build does not start."),
        "hang" => Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken),
        "slow" => Task.Delay(TimeSpan.FromSeconds(5), cancellationToken),
        _ => Task.CompletedTask,
    };

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_kind == "unhealthy" ? HealthCheckResult.Unhealthy("The drill asked for it.") : HealthCheckResult.Healthy());
}
