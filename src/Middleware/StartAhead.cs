using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using CrashShield.Hosting;
using CrashShield.Hosting.Configuration;
using CrashShield.Hosting.Containers;
using CrashShield.Hosting.Handoff;
using CrashShield.Hosting.Scheduling;
using CrashShield.Hosting.Signals;
using CrashShield.Hosting.ThreadPools.Diagnosis;
using CrashShield.Middleware.Admission;
using CrashShield.Middleware.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace CrashShield.Middleware;

/// <summary>
/// Loads, on a thread of its own while the application builds its host, what the start would otherwise load when it comes to it: where there is a second processor, the first request is answered earlier.
/// No service is created there: each has a logger, and the application's providers are not to be called by a thread that it does not know, which may wait for what the start holds.
/// </summary>
internal static class StartAhead
{
    /// <summary>Begins to load what the creation of the shield's services needs.</summary>
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
