using CrashShield.Hosting.Drain;
using CrashShield.Hosting.Handoff;
using CrashShield.Hosting.Signals;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Serving;

/// <summary>
/// The hosted services of a process that may hand over, in the place of the container's own list of them: for the host those of the application stand behind a gate, and everybody else gets them as they
/// are. Behind a gate, as the host takes a service that is stopped before its time for one that has failed, and stops.
/// </summary>
/// <param name="descriptors">All that is registered, as it is when the host asks.</param>
/// <param name="provider">The container.</param>
internal sealed class HostedServices(IServiceCollection descriptors, IServiceProvider provider) : IAsyncDisposable, IDisposable
{
    // Those of the framework, and of what serves or watches with it.
    private static readonly string[] Framework = ["Microsoft.", "System.", "OpenTelemetry.", "Yarp."];
    private static readonly string[] Own = ["CrashShield.Hosting", "CrashShield.Middleware"];

    // The host asks on the thread on which its lifetime has let it start.
    [ThreadStatic]
    private static bool t_hostAsks;

    private readonly List<object> _created = [];
    private readonly Lock _lock = new();
    private IHostedService[]? _all;

    /// <summary>Whether the host has what stands behind the gate: one with a lifetime of its own has not.</summary>
    public bool AreGated { get; private set; }

    /// <summary>The next to ask, on this thread, is the host.</summary>
    public static void HostAsksNext() => t_hostAsks = true;

    /// <summary>Puts the list in the place of the container's. A process that is PID 1, and led by nobody, hands over to nobody.</summary>
    public static void AddTo(IServiceCollection services, bool isLed)
    {
        if (!OperatingSystem.IsLinux() || (!isLed && Environment.ProcessId == 1))
            return;

        services.AddSingleton(provider => new HostedServices(services, provider));
        services.AddTransient<IEnumerable<IHostedService>>(static provider => provider.GetRequiredService<HostedServices>().List());
    }

    private IHostedService[] List()
    {
        bool isFirst;
        lock (_lock)
        {
            isFirst = _all is null;
            _all ??= [.. descriptors.Where(descriptor => descriptor.ServiceType == typeof(IHostedService) && !descriptor.IsKeyedService).Select(Create)];
        }

        if (!t_hostAsks && !(isFirst && HasOtherLifetime))
            return _all;

        t_hostAsks = false;
        var options = provider.GetRequiredService<IOptions<CrashShieldOptions>>().Value.Handoff;
        AreGated = options.Enabled;
        return AreGated ? Gated(_all, options) : _all;
    }

    // As systemd's, which does not tell when the host asks: mostly it is the first.
    private bool HasOtherLifetime => provider.GetService<IHostLifetime>() is not SignalLifetime;

    public void Dispose()
    {
        for (var i = _created.Count - 1; i >= 0; i--)
            (_created[i] as IDisposable)?.Dispose();
        _created.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        for (var i = _created.Count - 1; i >= 0; i--)
        {
            if (_created[i] is IAsyncDisposable asynchronous)
                await asynchronous.DisposeAsync().ConfigureAwait(false);
            else
                (_created[i] as IDisposable)?.Dispose();
        }

        _created.Clear();
    }

    private IHostedService[] Gated(IHostedService[] all, HandoffOptions options)
    {
        var stopWithin = provider.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout;
        var logger = provider.GetRequiredService<ILogger<HostedServices>>();
        return
        [
            .. all.Select(service => Waits(service.GetType(), options)
                ? new TurnService(
                    service, provider.GetRequiredService<ServingTurns>(), provider.GetRequiredService<ProcessEnd>(), provider.GetRequiredService<IHostApplicationLifetime>(), stopWithin, logger)
                : service),
        ];
    }

    /// <summary>Whether a hosted service is the application's, and is not to run while another process serves.</summary>
    public static bool Waits(Type service, HandoffOptions options) =>
        service.Assembly.GetName().Name is { } assembly && !Own.Contains(assembly) && !Array.Exists(Framework, name => assembly.StartsWith(name, StringComparison.Ordinal)) &&
        !service.IsDefined(typeof(RunsWhileWaitingAttribute), inherit: true) &&
        !options.RunsWhileWaiting.Any(name => name == service.Name || name == service.FullName);

    // As the container does it, whose list this one stands for.
    private IHostedService Create(ServiceDescriptor descriptor)
    {
        if (descriptor.ImplementationInstance is IHostedService instance)
            return instance;
        var service = (IHostedService)(descriptor.ImplementationFactory?.Invoke(provider) ?? ActivatorUtilities.CreateInstance(provider, descriptor.ImplementationType!));
        _created.Add(service);
        return service;
    }
}
