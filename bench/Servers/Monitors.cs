using CrashShield.Hosting.Circuit;

namespace CrashShield.Servers;

/// <summary>
/// Leaves out of the shield what looks at the process and what reacts to it; capture, supervision, telemetry and the endpoints stay. The monitors have no switch
/// of their own, so their services are taken out again.
/// </summary>
internal static class Monitors
{
    private const string Root = "CrashShield.Hosting.";

    // Hosted services of other features are no monitors.
    private static readonly string[] Hosted = ["Circuit", "ThreadPools", "Leaks", "Containers"];

    /// <summary>Removes all but those of some features, named as their namespaces are.</summary>
    public static void RemoveAllBut(IServiceCollection services, string[] kept)
    {
        foreach (var service in services.Where(IsMonitor).Where(service => !kept.Contains(FeatureOf(service))).ToArray())
            services.Remove(service);
    }

    private static bool IsMonitor(ServiceDescriptor service) =>
        service.ServiceType == typeof(IPressureSource) || service.ServiceType == typeof(ICircuitReaction)
        || (service.ServiceType == typeof(IHostedService) && Hosted.Contains(FeatureOf(service)));

    private static string FeatureOf(ServiceDescriptor service)
    {
        // A factory's type says what it makes.
        var made = service.ImplementationType ?? service.ImplementationFactory?.GetType().GenericTypeArguments[1];
        return made?.Namespace is { } name && name.StartsWith(Root, StringComparison.Ordinal) ? name[Root.Length..].Split('.')[0] : "";
    }
}
