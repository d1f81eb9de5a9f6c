using CrashShield.Init.Control;
using CrashShield.Init.Hooks;
using CrashShield.Init.Limits;
using CrashShield.Init.Listeners;
using CrashShield.Init.Marker;
using CrashShield.Init.Options;
using CrashShield.Init.Polling;
using CrashShield.Init.Processes;
using CrashShield.Init.Systemd;
using CrashShield.Init.Upgrade;
using CrashShield.Init.Workers;

namespace CrashShield.Init;

/// <summary>Puts the parts together and runs them to the end.</summary>
internal sealed class InitProcess
{
    private readonly InitOptions _options;
    private readonly WorkerBounds _bounds;
    private readonly EventLoop _loop;
    private readonly ListenerTable _listeners = new();
    private readonly WorkerStarter _starter;
    private readonly Lead _lead;
    private readonly SignalQueue _signals;
    private readonly HookRunner _hooks;
    private readonly SelfUpgrade _upgrade;
    private readonly Helpers _helpers;
    private readonly TimeProvider _time;
    private readonly Takeover? _takeover;

    public InitProcess(InitOptions options, ProcessImage image, int arguments, TimeProvider time)
    {
        (_options, _time, _loop) = (options, time, new EventLoop(time));
        _takeover = Environment.GetEnvironmentVariable(Takeover.Variable) is { } state ? TakeoverJson.Read(state) : null;

        var bounds = _bounds = options.Bounds;
        var marker = RunMarker.Open(options.Snapshots, OomCounter.Find(), isContinued: _takeover is not null, time);
        var notifier = new Notifier(
            Environment.GetEnvironmentVariable("NOTIFY_SOCKET"), Environment.GetEnvironmentVariable("WATCHDOG_USEC"), time);
        var spares = new SpareKeeper(options.Spare, new RestartIntensity(options.Restarts, time, Random.Shared), bounds, time);
        var intensity = new RestartIntensity(options.Restarts, time, Random.Shared);

        _starter = new WorkerStarter(_loop, image, [.. image.Arguments.TakeLast(options.Command.Count)], _listeners, options, time);
        _lead = new Lead(_starter, _listeners, bounds, intensity, spares, marker, notifier, time);
        _hooks = new HookRunner(options, image, time);
        _lead.Alarm.Raised += _hooks.Add;
        _signals = new SignalQueue(new SignalRouter(_lead, SignalRouter.Ignorable.Where(SignalMask.IsIgnored).ToHashSet()).Route, Exited);
        _upgrade = new SelfUpgrade(image, arguments, bounds, _hooks);
        _helpers = new Helpers(options.EndHelpers, ProcessTable.With, (process, signal) => ChildCalls.Kill(process, (int)signal), time);
        _lead.WorkerDied += _helpers.Died;
        _loop.Add((ITimed)_helpers);
        _loop.Add((IPolled)_signals);
        _loop.Add((ITimed)_lead);
        _loop.Add((ITimed)notifier);
        if (LimitGuard.TryCreate(_lead, options.Snapshots, options.Throttled, time) is { } guard)
        {
            ResidentPages.Keep();
            _loop.Add(guard);
        }

        // Last: no hook is in the way of a restart.
        _loop.Add((ITimed)_hooks);
    }

    /// <returns>The exit code.</returns>
    public int Run()
    {
        // Orphans of the worker come to this process, as to PID 1, which reaps them.
        if (ProcessCalls.GetProcessId() != 1)
            ProcessCalls.Prctl(ProcessCalls.SetSubreaper, 1, 0, 0, 0);

        ControlServer? control = null;
        try
        {
            if (_takeover is null)
                OpenListeners();
            else
                TakeOver(_takeover);
            if (_options.Control is { } path)
                control = new ControlServer(OpenControl(path), _loop, _lead, _upgrade, _time);
            if (_takeover is null)
                _lead.Start();
            else
                control?.AnswerUpgrade(_takeover.Client, $"{HelpText.Version} goes on");

            _signals.Reap();
            _loop.RunUntil(() => _lead.ExitCode is not null);
        }
        finally
        {
            _helpers.End();
            control?.Close($"the worker has ended with code {_lead.ExitCode}");
            _listeners.CloseAll();
        }

        EndHooks();
        var exitCode = _lead.ExitCode ?? ExitCodes.Software;
        if (exitCode != 0)
            TerminationLog.Write(string.Join("; ", new[] { _lead.LastDeath?.ToString(), _lead.GaveUp }.OfType<string>()));
        return exitCode;
    }

    // Those of a container end with its PID 1.
    private void EndHooks()
    {
        var requests = _lead.StopRequests;
        _loop.RunUntil(() => _hooks.IsIdle || _lead.StopRequests > requests);
        _hooks.KillAll();
    }

    private void Exited(int processId, ExitStatus status)
    {
        if (!_hooks.Exited(processId, status))
            _lead.Exited(processId, status);
    }

    private ControlSocket OpenControl(string path) =>
        _takeover is { Control: >= 0 } before ? ControlSocket.Continue(path, before.Control, before.ControlInode) : ControlSocket.Open(path);

    private void OpenListeners()
    {
        PassedSockets.Adopt(
            _listeners, Environment.ProcessId, Environment.GetEnvironmentVariable("LISTEN_PID"), Environment.GetEnvironmentVariable("LISTEN_FDS"));
        try
        {
            foreach (var endpoints in _options.Listen.GroupBy(endpoint => endpoint))
            {
                for (var ordinal = 0; ordinal < endpoints.Count(); ordinal++)
                    _listeners.GetGiven(new ListenerKey(endpoints.Key, ordinal));
            }
        }
        catch (ListenException e)
        {
            throw new InitException(ExitCodes.Unavailable, e.Message);
        }
    }

    private void TakeOver(Takeover takeover)
    {
        foreach (var descriptor in takeover.Descriptors)
            SocketCalls.SetCloseOnExec(descriptor, true);
        _bounds.Continue(takeover.Hello);
        foreach (var record in takeover.Listeners)
            _listeners.Adopt(record.ToListener());

        var serving = TakeOver(takeover.Serving, takeover.Serving.Version is null ? StartupStep.Silent : StartupStep.Serving);
        var spare = takeover.Spare is { } waiting ? TakeOver(waiting, StartupStep.Ready) : null;
        _lead.Continue(takeover.Generation, takeover.Restarts, serving, spare);
        Output.Log($"{HelpText.Version} goes on with {serving}");
    }

    private Worker TakeOver(WorkerRecord record, StartupStep step)
    {
        var worker = _starter.Attach(record.ProcessId, record.Generation, record.StartedAt, record.Descriptor, _lead.Received);
        if (record.Version is not null)
            worker.Introduce(record.Version, record.Build);
        worker.TakenSignals = record.Signals;
        worker.Startup = Startup.Resume(worker, step, _bounds, _time);
        foreach (var (endpoint, times) in record.Asked)
        {
            if (!Endpoint.TryParse(endpoint, out var parsed))
                continue;
            for (var ordinal = 0; ordinal < times; ordinal++)
            {
                if (_listeners.Find(worker.NextKey(parsed)) is { } listener)
                    worker.Has(parsed, listener);
            }
        }

        return worker;
    }
}
