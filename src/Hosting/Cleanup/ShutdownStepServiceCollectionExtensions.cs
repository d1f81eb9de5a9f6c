using CrashShield.Hosting.Cleanup;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers clean-ups that run at the host's shutdown, in the order of their dependencies.</summary>
public static class ShutdownStepServiceCollectionExtensions
{
    /// <summary>
    /// Adds a step that runs once the server and the hosted services have stopped. A cycle, an unknown or a repeated name ends the
    /// start of the host. Works without <c>AddCrashShield</c> too, which alone reads <c>CrashShield:Cleanup</c> from the configuration.
    /// </summary>
    /// <param name="services">The services of the host.</param>
    /// <param name="name">Its name in the log, and for others to depend on.</param>
    /// <param name="step">The work, with the services of a scope of its own; its token is cancelled when its bound is up.</param>
    /// <param name="dependsOn">The steps that must have ended first, whether they succeeded or not; they may be added later.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddShutdownStep(
        this IServiceCollection services, string name, Func<IServiceProvider, CancellationToken, ValueTask> step, params string[] dependsOn) =>
        services.Add(name, step, timeout: null, dependsOn);

    /// <summary>Adds a step that depends on one other, which reads best with that in front of the work.</summary>
    /// <param name="services">The services of the host.</param>
    /// <param name="name">Its name in the log, and for others to depend on.</param>
    /// <param name="dependsOn">The step that must have ended first, for example <see cref="ShutdownSteps.Drain"/>.</param>
    /// <param name="step">The work, with the services of a scope of its own; its token is cancelled when its bound is up.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddShutdownStep(
        this IServiceCollection services, string name, string dependsOn, Func<IServiceProvider, CancellationToken, ValueTask> step) =>
        services.Add(name, step, timeout: null, dependsOn);

    /// <summary>Adds a step with a bound of its own.</summary>
    /// <param name="services">The services of the host.</param>
    /// <param name="name">Its name in the log, and for others to depend on.</param>
    /// <param name="step">The work, with the services of a scope of its own; its token is cancelled when its bound is up.</param>
    /// <param name="timeout">How long it may take before it is given up: 1 ms to 1 hour.</param>
    /// <param name="dependsOn">The steps that must have ended first, whether they succeeded or not; they may be added later.</param>
    /// <returns>The same services.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The bound is out of range.</exception>
    public static IServiceCollection AddShutdownStep(
        this IServiceCollection services, string name, Func<IServiceProvider, CancellationToken, ValueTask> step, TimeSpan timeout,
        params string[] dependsOn)
    {
        CleanupChain.ThrowIfOutOfRange(timeout, nameof(timeout));
        return services.Add(name, step, timeout, dependsOn);
    }

    internal static void AddCleanup(this IServiceCollection services)
    {
        services.AddLogging();
        services.AddOptions();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, ShutdownCleanupService>());
    }

    private static IServiceCollection Add(
        this IServiceCollection services, string name, Func<IServiceProvider, CancellationToken, ValueTask> step, TimeSpan? timeout,
        params string[] dependsOn)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(dependsOn);
        foreach (var dependency in dependsOn)
            ArgumentException.ThrowIfNullOrWhiteSpace(dependency, nameof(dependsOn));

        services.AddCleanup();
        return services.AddSingleton(new ShutdownStep(name, step, timeout, [.. dependsOn]));
    }
}
