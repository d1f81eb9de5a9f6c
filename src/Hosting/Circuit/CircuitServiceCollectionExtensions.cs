using System.Diagnostics.CodeAnalysis;
using CrashShield.Hosting.Circuit;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds sources and reactions to the health circuit.</summary>
public static class CircuitServiceCollectionExtensions
{
    /// <summary>Adds a source of pressure. To add the same one again changes nothing.</summary>
    /// <typeparam name="T">The source; its constructor's parameters come from the container.</typeparam>
    /// <param name="services">The services of the host.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddPressureSource<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(this IServiceCollection services)
        where T : class, IPressureSource
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPressureSource, T>());
        return services;
    }

    /// <summary>Adds something to do when the circuit's level changes. To add the same one again changes nothing.</summary>
    /// <typeparam name="T">The reaction; its constructor's parameters come from the container.</typeparam>
    /// <param name="services">The services of the host.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddCircuitReaction<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(this IServiceCollection services)
        where T : class, ICircuitReaction
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ICircuitReaction, T>());
        return services;
    }
}
