using System.Runtime.InteropServices;
using CrashShield.Hosting.Failures;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Signals;

/// <summary>
/// Takes the signals of an operator. Those that the process was started with blocked are waited for by a thread of its own, which a starved pool does not hold up, and have
/// waited since the start of the process; .NET delivers the others, on the thread pool unless it is SIGQUIT.
/// </summary>
internal sealed class SignalTrap(SignalActions actions, PassedSignals passed, IOptions<CrashShieldOptions> options, ILogger<SignalTrap> logger, TimeProvider time) : IHostedLifecycleService, IDisposable
{
    private const int StackSize = 256 * 1024;

    // How long the thread outlives its host: nothing but a signal or the time ends the wait.
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private readonly List<Registered> _registrations = [];
    private readonly SignalOrigins _origins = new(time);
    private volatile bool _isStopped;

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        var map = SignalMap.Of(options.Value.Signals);
        if (OperatingSystem.IsWindows())
            map = WithoutMissing(map);
        foreach (var signal in map)
            Register(signal.Number, signal.Action);
        if (OperatingSystem.IsLinux())
        {
            if (passed.AreExpected)
                TakePassed(map);
            TakeBlocked(map);
        }

        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        _isStopped = true;
        foreach (var registered in _registrations)
        {
            ChildProcess.HandlesNoMore(registered.Signal);
            registered.Registration.Dispose();
        }

        _registrations.Clear();
    }

    // Ctrl+Break is Windows' SIGQUIT; the rest is not there.
    private MappedSignal[] WithoutMissing(MappedSignal[] map)
    {
        var missing = Array.FindAll(map, static signal => signal.Number != SignalName.Quit);
        if (missing.Length > 0)
            GuardedLog.Write(() => SignalLog.NotAvailable(logger, Names(missing)));
        return Array.FindAll(map, static signal => signal.Number == SignalName.Quit);
    }

    // Blocked signals have a handler too: a thread that lets them through for a moment, to start a child, would otherwise end the process.
    private void Register(int signal, SignalAction action)
    {
        var posix = signal == SignalName.Quit ? PosixSignal.SIGQUIT : (PosixSignal)signal;
        _registrations.Add(new(signal, PosixSignalRegistration.Create(posix, context =>
        {
            context.Cancel = true;
            Run(action, signal, isPassed: false);
        })));
        ChildProcess.Handles(signal);
    }

    private void TakePassed(MappedSignal[] map) => passed.Begin(number =>
    {
        if (Array.Find(map, signal => signal.Number == number) is { } signal)
            Run(signal.Action, number, isPassed: true);
    });

    private void Run(SignalAction action, int signal, bool isPassed)
    {
        if (_origins.IsNew(signal, isPassed))
            actions.Run(action, SignalName.Of(signal));
    }

    private void TakeBlocked(MappedSignal[] map)
    {
        var blocked = 0UL;
        foreach (var signal in map)
            blocked |= SignalMask.Of(signal.Number);
        blocked &= SignalMask.Blocked();
        if (blocked != 0)
        {
            new Thread(() => Loop(blocked, map), StackSize) { IsBackground = true, Name = "shield signals" }.Start();
        }

        var own = Array.FindAll(map, signal => blocked.Contains(signal.Number) || (passed.AreExpected && signal.Number != SignalName.Quit));
        if (own.Length > 0)
            GuardedLog.Write(() => SignalLog.OnOwnThread(logger, Names(own)));

        // .NET has a thread for SIGQUIT.
        var pooled = Array.FindAll(map, signal => signal.Number != SignalName.Quit && Array.IndexOf(own, signal) < 0);
        if (pooled.Length > 0)
            GuardedLog.Write(() => SignalLog.OnThreadPool(logger, Names(pooled), string.Join(',', Array.ConvertAll(pooled, Short))));
    }

    private void Loop(ulong signals, MappedSignal[] map)
    {
        while (!_isStopped)
        {
            if (SignalMask.Take(signals, Look) is var taken and not 0 && Array.Find(map, signal => signal.Number == taken) is { } signal)
                Run(signal.Action, taken, isPassed: false);
        }
    }

    private static string Names(MappedSignal[] signals) => string.Join(", ", Array.ConvertAll(signals, static signal => SignalName.Of(signal.Number)));

    // As env(1) takes it.
    private static string Short(MappedSignal signal) => SignalName.Of(signal.Number) is ['S', 'I', 'G', .. var name] ? name : $"{signal.Number}";

    // A class, so that its list is not compiled at each start.
    private sealed record Registered(int Signal, PosixSignalRegistration Registration);
}
