using CrashShield.Hosting.Circuit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Degraded;

internal static class DegradedServiceCollectionExtensions
{
    public static void AddLogFloor(this IServiceCollection services)
    {
        services.AddSingleton<LogFloor>();
        services.AddSingleton<ICircuitReaction>(provider => provider.GetRequiredService<LogFloor>());
        services.AddSingleton<IPostConfigureOptions<LoggerFilterOptions>>(provider => provider.GetRequiredService<LogFloor>());
        services.AddSingleton<IOptionsChangeTokenSource<LoggerFilterOptions>>(provider => provider.GetRequiredService<LogFloor>());
    }
}
