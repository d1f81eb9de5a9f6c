using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.HealthChecks;

internal static class HealthCheckServiceCollectionExtensions
{
    public static void AddHealthCheckRounds(this IServiceCollection services)
    {
        services.AddHealthChecks();
        services.AddSingleton<IPostConfigureOptions<HealthCheckServiceOptions>, MarkedHealthChecks>();
        services.AddSingleton<QuietHealthChecks>();
        services.AddSingleton<HealthCheckRounds>();
        services.AddPressureSource<HealthCheckSource>();
    }
}
