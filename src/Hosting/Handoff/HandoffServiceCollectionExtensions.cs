using System.Diagnostics.CodeAnalysis;
using CrashShield.Hosting.Drain;
using CrashShield.Hosting.Handoff;
using CrashShield.Hosting.Serving;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds what is passed on in a hot restart, and what outlasts a replacement.</summary>
public static class HandoffServiceCollectionExtensions
{
    /// <summary>Adds state that the next worker takes over. To add the same one again changes nothing.</summary>
    /// <typeparam name="T">The state; its constructor's parameters come from the container.</typeparam>
    /// <param name="services">The services of the host.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddHandoverState<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(this IServiceCollection services)
        where T : class, IHandoverState
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHandoverState, T>());
        return services;
    }

    /// <summary>
    /// Adds a resource that may be replaced while requests use it: <see cref="Shared{T}"/> for the one who replaces it, <see cref="SharedLease{T}"/> for a request, which has it until its end.
    /// </summary>
    /// <typeparam name="T">The resource.</typeparam>
    /// <param name="services">The services of the host.</param>
    /// <param name="create">Creates the first one.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddShared<T>(this IServiceCollection services, Func<IServiceProvider, T> create)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(create);
        services.TryAddSingleton(provider => new Shared<T>(create(provider)));
        services.TryAddScoped(static provider => provider.GetRequiredService<Shared<T>>().Lease());
        return services;
    }

    internal static void AddHandoff(this IServiceCollection services)
    {
        services.TryAddSingleton<ServingState>();
        services.AddSingleton<AcceptGate>();
        services.AddSingleton<ListeningSockets>();
        services.AddSingleton(PassedEndpoints.Announce());
        services.AddSingleton<WorkerServing>();
        InitLead.TellLoaded();
        var isLed = LedWorker.IsLed;
        services.AddSingleton(_ => new ServingTurns(waits: isLed));
        services.AddSingleton<IServingState>(provider => provider.GetRequiredService<ServingTurns>());
        services.AddSingleton<BackgroundWork>();
        HostedServices.AddTo(services, isLed);
        services.AddSingleton<HandoverStates>();
        services.AddSingleton<HandoffMetrics>();
        services.AddSingleton<WorkerReadiness>();
        services.AddSingleton<ProbationWatch>();
        services.AddHandoverState<HoldState>();
        services.AddSingleton<HandoffService>();
        services.AddSingleton<IHotRestart>(provider => provider.GetRequiredService<HandoffService>());
        // Before those of the application, which are to know whether this process serves.
        services.Insert(0, ServiceDescriptor.Singleton<IHostedService>(static provider => provider.GetRequiredService<HandoffService>()));
        services.AddHostedService<ServedNotice>();
    }
}
