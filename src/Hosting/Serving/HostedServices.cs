using System.Collections;
using CrashShield.Hosting.Drain;
using CrashShield.Hosting.Handoff;
using CrashShield.Hosting.Supervision;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Serving;

/// <summary>
/// The hosted services of a process that may hand over, as its host gets them: those of the application stand behind a gate. Behind a gate, as the host takes a service that is stopped before its time for
/// one that has failed, and stops. The container's own list stays as it is: whoever else asks gets the services themselves, and the container creates and disposes of them, whichever container it is.
/// </summary>
internal sealed class HostedServices : IEnumerable<IHostedService>
{
    // Those of the framework, and of what serves or watches with it.
    private static readonly string[] Framework = ["Microsoft.", "System.", "OpenTelemetry.", "Yarp."];
    private static readonly string[] Own = ["CrashShield.Hosting", "CrashShield.Middleware"];

    private IHost? _host;
    private IEnumerable<IHostedService>? _all;
    private TurnServices? _gated;

    /// <summary>The names of those that wait until this process serves; <see langword="null"/> when none can be held back.</summary>
    public string? Waiting { get; private set; }

    /// <inheritdoc cref="TurnServices.Started"/>
    public Task Started => _gated?.Started ?? Task.CompletedTask;

    /// <inheritdoc cref="TurnServices.GoingOn"/>
    public IEnumerable<string> GoingOn => _gated?.GoingOn ?? [];

    /// <summary>Gives the list to the host, whatever its lifetime and its container. A process that is PID 1, and led by nobody, hands over to nobody.</summary>
    public static void AddTo(IServiceCollection services, bool isLed)
    {
        if (!OperatingSystem.IsLinux() || (!isLed && Environment.ProcessId == 1))
            return;

        services.AddSingleton<HostedServices>();
        for (var i = 0; i < services.Count; i++)
        {
            if (services[i].ServiceType == typeof(IHost) && !services[i].IsKeyedService && services[i].ImplementationFactory is { } create)
                services[i] = ServiceDescriptor.Singleton(provider => provider.GetRequiredService<HostedServices>().GiveTo((IHost)create(provider)));
        }
    }

    /// <summary>Whether a hosted service is the application's, and is not to run while another process serves.</summary>
    public static bool Waits(Type service, HandoffOptions options) =>
        service.Assembly.GetName().Name is { } assembly && !Own.Contains(assembly) && !Array.Exists(Framework, name => assembly.StartsWith(name, StringComparison.Ordinal)) &&
        !service.IsDefined(typeof(RunsWhileWaitingAttribute), inherit: true) &&
        !options.RunsWhileWaiting.Any(name => name == service.Name || name == service.FullName);

    // Created when the host first looks into the list, as without this one: it tells of a constructor that fails.
    public IEnumerator<IHostedService> GetEnumerator() => (_all ??= Gated(_host!.Services)).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    // Another host, or a later version of .NET's, has a list of its own: its services cannot be held back.
    private IHost GiveTo(IHost host)
    {
        if (DotNetHost.TryGive(host, this))
            _host = host;
        return host;
    }

    private IEnumerable<IHostedService> Gated(IServiceProvider provider)
    {
        var all = provider.GetRequiredService<IEnumerable<IHostedService>>();
        var options = provider.GetRequiredService<IOptions<CrashShieldOptions>>().Value.Handoff;
        if (!options.Enabled)
            return all;

        var turns = new TurnServices(
            provider.GetRequiredService<ServingTurns>(), provider.GetRequiredService<ProcessEnd>(), provider.GetRequiredService<IHostApplicationLifetime>(),
            provider.GetRequiredService<IOptions<HostOptions>>().Value, provider.GetRequiredService<ILogger<HostedServices>>());
        IHostedService[] gated = [.. all.Select(service => Waits(service.GetType(), options) ? turns.Add(service) : service)];
        // Those under supervision wait by themselves.
        var supervised = all.OfType<SupervisedServiceBase>().Where(static service => service.Waits).Select(static service => service.Name);
        (Waiting, _gated) = (string.Join(", ", turns.Names.Concat(supervised)), turns);
        return gated;
    }
}
