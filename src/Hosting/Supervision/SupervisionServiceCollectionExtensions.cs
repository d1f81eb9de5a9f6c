using System.Diagnostics.CodeAnalysis;
using CrashShield.Hosting;
using CrashShield.Hosting.Serving;
using CrashShield.Hosting.Supervision;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds hosted services that a failure does not stop the host for.</summary>
public static class SupervisionServiceCollectionExtensions
{
    /// <summary>
    /// Adds a hosted service under supervision, instead of <c>AddHostedService</c>: a failure is logged, and a new instance is created in a service scope
    /// of its own and started, for ever while a dependency is away. When restarts after a bug (<see cref="SupervisionPolicy.MaxRestarts"/>) exceed the policy's intensity, the health circuit
    /// fails, and with it liveness, or the process where nobody asks for that. What its constructor needs and nobody has registered ends the start of the host. To add the same service again changes nothing.
    /// </summary>
    /// <typeparam name="T">The service, usually a <see cref="BackgroundService"/>. Its constructor's parameters come from the container.</typeparam>
    /// <param name="services">The services of the host; <c>AddCrashShield</c> must be among the calls on them.</param>
    /// <param name="policy">
    /// When to restart; default: <see cref="SupervisionPolicy.Service"/>, with the numbers of <see cref="SupervisionOptions"/>. Its strategy is of no effect:
    /// services do not depend on each other.
    /// </param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddSupervisedService<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(
        this IServiceCollection services, SupervisionPolicy? policy = null)
        where T : class, IHostedService
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, SupervisedService<T>>(provider =>
        {
            var supervisor = SupervisorOf(provider, typeof(T));
            MissingParameters.Check<T>(provider);
            return new(
                provider.GetRequiredService<IServiceScopeFactory>(), supervisor, provider.GetRequiredService<BackgroundPause>(), provider.GetRequiredService<ServingTurns>(),
                provider.GetRequiredService<IOptions<CrashShieldOptions>>().Value.Handoff, new LateStops(provider), policy);
        }));
        return services;
    }

    private static TaskSupervisor SupervisorOf(IServiceProvider provider, Type service) => provider.GetService<TaskSupervisor>()
        ?? throw new InvalidOperationException(
            $"AddSupervisedService<{service.Name}>() needs the supervisor: call services.AddCrashShield(configuration), or builder.AddCrashShield(), as well.");
}
