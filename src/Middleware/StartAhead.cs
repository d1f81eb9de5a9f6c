using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using CrashShield.Hosting;
using CrashShield.Hosting.Configuration;
using CrashShield.Hosting.Containers;
using CrashShield.Hosting.Containers.Reactions;
using CrashShield.Hosting.Drain;
using CrashShield.Hosting.Failures;
using CrashShield.Hosting.Handoff;
using CrashShield.Hosting.Leaks;
using CrashShield.Hosting.Memory;
using CrashShield.Hosting.Outbound;
using CrashShield.Hosting.Scheduling;
using CrashShield.Hosting.Signals;
using CrashShield.Hosting.Supervision;
using CrashShield.Hosting.ThreadPools;
using CrashShield.Hosting.ThreadPools.Diagnosis;
using CrashShield.Middleware.Admission;
using CrashShield.Middleware.Exceptions;
using CrashShield.Middleware.Handoff;
using CrashShield.Middleware.Management;
using CrashShield.Middleware.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace CrashShield.Middleware;

/// <summary>
/// Does, on a thread of its own while the application builds its host and its pipeline and the server starts, what the start would otherwise do one after the other: where there is a second processor, the
/// first request is answered earlier.
/// </summary>
internal static class StartAhead
{
    // The longest first. Only the shield's own that take nothing of the application's, whose constructors are not to run on a thread that nobody expects.
    private static readonly Type[] Services =
    [
        typeof(QueueDelayMonitor),
        typeof(ContainerSource),
        typeof(FailureReporter),
        typeof(GatedListenerFactory),
        typeof(GcStatistics),
        typeof(DrainSequence),
        typeof(LeakWatch),
        typeof(TaskSupervisor),
        typeof(OwnProbes),
        typeof(AdmissionMetrics),
        typeof(FailureStatus),
        typeof(ManagementMetrics),
        typeof(ContainerReaction),
        typeof(FailFastControl),
        typeof(BackgroundPause),
    ];

    /// <summary>Begins, before there are services, to load what their creation needs.</summary>
    public static void Load() => Try(static () =>
    {
        var options = new CrashShieldOptions();
        new CrashShieldOptionsSetup(new ConfigurationManager()).Configure(options);
        new CrashShieldOptionsValidator().Validate(name: null, options);
        new SignalOptionsRules().Validate(name: null, options);
        RuntimeHelpers.RunClassConstructor(typeof(PrometheusBridge).TypeHandle);
        _ = new SessionClassifier(Options.Create(options));
        LoadSockets();
        if (OperatingSystem.IsLinux())
            new LinuxReadings(KernelRoot.Machine, TimeProvider.System).Dispose();
    });

    /// <summary>Begins to create services.</summary>
    /// <param name="services">The services of the host. Containers of other makers may not be made for a second thread at this time.</param>
    public static void Begin(IServiceProvider services)
    {
        if (services is ServiceProvider)
            Try(() => Array.ForEach(Services, service => services.GetService(service)));
    }

    // A socket, and a second object for its descriptor, as for those that listen.
    private static void LoadSockets()
    {
        var key = ListeningSockets.KeyOf(new IPEndPoint(IPAddress.Loopback, 1));
        using var kept = new KeptSocket(key, new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        _ = kept.Acceptor;
    }

    private static void Try(Action action)
    {
        if (Environment.ProcessorCount == 1)
            return;
        ThreadStarter.TryStart(
            () =>
            {
                try
                {
                    action();
                }
                catch (Exception)
                {
                    // It fails again, and is told, where it is needed. The host may have ended, too.
                }
            },
            "shield start");
    }
}
