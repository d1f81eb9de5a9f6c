using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CrashShield.WorkProbe;

/// <summary>Prepares the process in the background, with a health check that waits for it, as in Microsoft's documentation of readiness probes.</summary>
internal sealed class Preparation(TimeSpan takes, Ledger ledger) : BackgroundService, IHealthCheck
{
    private volatile bool _hasEnded;

    /// <summary>Adds one.</summary>
    /// <param name="services">The services.</param>
    /// <param name="takes">How long it takes, or <c>first</c>: it ends in the first process alone, as does a migration that the next build breaks.</param>
    public static void AddTo(IServiceCollection services, string takes)
    {
        var isFirst = Environment.GetEnvironmentVariable("CRASHSHIELD_GENERATION") is null or "1";
        var time = takes != "first" ? TimeSpan.Parse(takes, CultureInfo.InvariantCulture) : isFirst ? TimeSpan.Zero : TimeSpan.FromHours(1);
        services.AddSingleton(provider => new Preparation(time, provider.GetRequiredService<Ledger>()));
        services.AddHostedService(provider => provider.GetRequiredService<Preparation>());
        services.AddHealthChecks().AddCheck<Preparation>("preparation", tags: ["ready"]);
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_hasEnded ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("it is being prepared"));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        ledger.Write("prepared", "begins");
        await Task.Delay(takes, stoppingToken);
        _hasEnded = true;
        ledger.Write("prepared", "ends");
    }
}
