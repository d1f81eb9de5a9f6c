using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace CrashShield.Middleware.SignalR;

/// <summary>Puts <see cref="HubFailures"/> before the hubs of an application that has any. Elsewhere SignalR's assemblies are not loaded.</summary>
internal static class HubFilters
{
    private const string Namespace = "Microsoft.AspNetCore.SignalR";
    private const string Assembly = $"{Namespace}.Core, ";

    /// <summary>Where <c>AddSignalR()</c> was called before: outside of the application's own filters.</summary>
    public static void AddHubFailures(this IServiceCollection services)
    {
        if (services.Any(static service => service.ServiceType.Namespace == Namespace))
            AddFirst(services);
    }

    /// <summary>Where it was called after: the last of the filters for all hubs, as their options can only be added to.</summary>
    public static void AddHubFailures(this IServiceProvider services)
    {
        if (Array.Exists(AppDomain.CurrentDomain.GetAssemblies(), static assembly => assembly.FullName?.StartsWith(Assembly, StringComparison.Ordinal) == true))
            AddLast(services);
    }

    // Not inlined: whoever calls them would load these assemblies too.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddFirst(IServiceCollection services)
    {
        services.AddSingleton<HubFailures>();
        services.Insert(0, ServiceDescriptor.Singleton<IConfigureOptions<HubOptions>>(static provider =>
            new ConfigureOptions<HubOptions>(hubs => hubs.AddFilter(provider.GetRequiredService<HubFailures>()))));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddLast(IServiceProvider services)
    {
        if (services.GetService<HubFailures>() is null)
            services.GetRequiredService<IOptions<HubOptions>>().Value.AddFilter(ActivatorUtilities.CreateInstance<HubFailures>(services));
    }
}
