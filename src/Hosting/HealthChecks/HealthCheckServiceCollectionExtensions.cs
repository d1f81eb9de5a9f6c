using Microsoft.Extensions.DependencyInjection;

namespace CrashShield.Hosting.HealthChecks;

internal static class HealthCheckServiceCollectionExtensions
{
    public static void AddHealthCheckRounds(this IServiceCollection services)
    {
        services.AddHealthChecks();
        services.AddSingleton<QuietHealthChecks>();
        services.AddSingleton<HealthCheckRounds>();
        services.AddPressureSource<HealthCheckSource>();
    }
}
