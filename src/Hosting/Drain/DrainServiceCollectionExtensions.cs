using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Drain;

internal static class DrainServiceCollectionExtensions
{
    public static void AddDrain(this IServiceCollection services)
    {
        services.TryAddSingleton<ServingState>();
        services.AddSingleton<ProcessEnd>();
        services.AddSingleton(provider => new DrainNotice(provider.GetRequiredService<ServingState>(), provider.GetRequiredService<ILogger<DrainNotice>>()));
        services.AddSingleton(provider => DrainTimes.Of(
            provider.GetRequiredService<IOptions<CrashShieldOptions>>().Value,
            provider.GetRequiredService<IOptions<HostOptions>>().Value,
            provider.GetRequiredService<IHostEnvironment>().IsDevelopment(),
            !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(DrainTimes.KubernetesVariable))));
        services.AddSingleton<DrainSequence>();
        services.AddSingleton<BackgroundFailure>();
        // First to start and last to have stopped, after the shutdown steps.
        services.Insert(0, ServiceDescriptor.Singleton<IHostedService, DrainService>());
    }
}
