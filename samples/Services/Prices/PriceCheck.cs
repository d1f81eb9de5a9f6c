using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Services.Prices;

/// <summary>Asks the dependency as requests do, over the same client.</summary>
internal sealed class PriceCheck(PriceSource source) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await source.AskAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return new(context.Registration.FailureStatus, "The source of the prices does not answer.", e);
        }
    }
}
