using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Signals;

internal static class SignalServiceCollectionExtensions
{
    public static void AddSignals(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<CrashShieldOptions>, SignalOptionsRules>();
        services.AddSingleton<SignalActions>();
        services.AddSingleton<PassedSignals>();
        // First of all services to start, so that no signal comes too early.
        services.Insert(0, ServiceDescriptor.Singleton<IHostedService, SignalTrap>());
        // In its place: a lifetime that was added after it, or will be, still comes after ours and wins.
        for (var i = 0; i < services.Count; i++)
        {
            if (services[i].ServiceType == typeof(IHostLifetime) && services[i].ImplementationType == typeof(ConsoleLifetime))
                services[i] = ServiceDescriptor.Singleton<IHostLifetime, SignalLifetime>();
        }
    }
}
