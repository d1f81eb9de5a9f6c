using CrashShield.Init.Listeners;
using CrashShield.Init.Marker;
using CrashShield.Init.Polling;
using CrashShield.Init.Processes;
using CrashShield.Init.Systemd;

namespace CrashShield.Init.Workers;

/// <summary>
/// Leads the workers: which one serves, which one is to take over, which one waits as a spare, and what follows when one dies. Everything
/// comes to it on the loop's thread: messages, ends, signals, deadlines.
/// </summary>
internal sealed class Lead : ITimed
{
    private readonly IWorkerStarter _starter;
    private readonly WorkerBounds _bounds;
    private readonly RestartIntensity _intensity;
    private readonly SpareKeeper _spares;
    private readonly RunMarker _marker;
    private readonly Notifier _notifier;
    private readonly TimeProvider _time;
    private readonly RetiringWorkers _retiring;
    private readonly Inbox _inbox;
    private readonly HashSet<ListenerKey> _preopened = [];
    private Deadline _restartAt;
    private (Worker? Worker, bool IsPlain) _announced;
    private bool _commandSpeaks;
    private bool _wasAskedToStop;
    private int _lastCode;

    public Lead(
        IWorkerStarter starter, ListenerTable listeners, WorkerBounds bounds, RestartIntensity intensity, SpareKeeper spares,
        RunMarker marker, Notifier notifier, TimeProvider time)
    {
        (_starter, Listeners, _bounds, _intensity, _spares) = (starter, listeners, bounds, intensity, spares);
        (_marker, _notifier, _time) = (marker, notifier, time);
        _retiring = new RetiringWorkers(bounds.Drain, time);
        _inbox = new Inbox(this);
    }

    /// <summary>The hot restart that runs has something to tell.</summary>
    public event Action<string>? Progress;

    /// <summary>The hot restart has ended: whether the new worker serves, and in words.</summary>
    public event Action<bool, string>? RestartEnded;

    public ListenerTable Listeners { get; }

    public Worker? Serving { get; private set; }

    public HotSwap? Swap { get; private set; }

    public Worker? Spare => _spares.Worker;

    public IEnumerable<Worker> Retiring => _retiring.All;

    /// <summary>Of the worker started last.</summary>
    public int Generation { get; private set; }

    public int Restarts => _intensity.Total;

    public Death? LastDeath => _marker.LastDeath;

    public bool IsStopping { get; private set; }

    /// <summary>Set when all is over.</summary>
    public int? ExitCode { get; private set; }

    /// <summary>The one that accepts connections, and gets the signals that are not the init's own.</summary>
    public Worker? Target => Swap is { IsOpen: true } swap ? swap.New : Serving;

    public Deadline NextDeadline
    {
        get
        {
            var next = Deadline.Earlier(_restartAt, Deadline.Earlier(_retiring.NextDeadline, _spares.NextDeadline));
            next = Deadline.Earlier(next, Serving?.Startup?.Deadline ?? Deadline.Never);
            return Deadline.Earlier(next, Swap?.Deadline ?? Deadline.Never);
        }
    }

    /// <summary>A socket that stays open though no worker has asked for it yet.</summary>
    public void KeepOpen(ListenerKey key) => _preopened.Add(key);

    public bool IsPreopened(ListenerKey key) => _preopened.Contains(key);

    /// <exception cref="SpawnException">The command cannot be started.</exception>
    public void Start()
    {
        if (LastDeath is { IsClean: false } death)
            Output.Log($"the last run ended badly: {death}");
        _marker.Begin();
        try
        {
            StartServing();
        }
        catch (SpawnException)
        {
            _marker.Ended();
            throw;
        }
    }

    /// <summary>Goes on with workers that another image of this init has started.</summary>
    public void Continue(int generation, Worker serving, Worker? spare)
    {
        (Generation, Serving, _commandSpeaks) = (generation, serving, serving.HasSaidHello);
        _announced = (serving, !serving.HasSaidHello);
        _spares.Continue(spare);
    }

    public void Received(Worker worker, Message message)
    {
        _inbox.Handle(worker, message);
        _commandSpeaks |= worker.HasSaidHello;
        Settle();
    }

    public void Exited(int processId, ExitStatus status)
    {
        if (Living().FirstOrDefault(worker => worker.ProcessId == processId) is not { } worker)
            return;
        // What it said last may tell why.
        worker.Link.Close();
        worker.HasExited = true;

        var wasRetiring = _retiring.Remove(worker);
        if (worker == Serving)
            ServingDied(worker, status);
        else if (wasRetiring)
            Output.Log($"{worker} {status}");
        else if (worker == Swap?.New)
            Swap.NewDied(status.ToString());
        else
            _spares.Died(worker, status);
        Settle();
    }

    /// <returns>Null when it has begun, otherwise why not.</returns>
    public string? BeginRestart(string by)
    {
        if (Readiness.WhyNoRestart(this) is { } refusal)
            return refusal;
        try
        {
            Output.Log($"hot restart, asked for by {by}");
            var old = Serving!;
            Swap = new HotSwap(old, Launch(), _bounds, _time, Tell);
            return null;
        }
        catch (SpawnException e)
        {
            return e.Message;
        }
    }

    /// <summary>Ends the service: what serves finishes what it has begun. The second time, at once.</summary>
    /// <param name="by">Who asked.</param>
    /// <param name="forward">Whether the workers have to be told.</param>
    public void Stop(string by, bool forward)
    {
        if (_wasAskedToStop)
        {
            Output.Log($"{by} again: killing what is left");
            foreach (var worker in Living())
                worker.Kill("a second request to stop");
            return;
        }

        Output.Log($"stopping, asked for by {by}");
        _wasAskedToStop = true;
        _marker.Stopping();
        // It may be at its end by itself, when a worker has ended well or too many have died.
        if (!IsStopping)
            BeginStop(forward);
        Settle();
    }

    public void Tick()
    {
        Serving?.Startup?.Tick();
        Swap?.Tick();
        _retiring.Tick();
        _spares.Tick(Launch);
        if (_restartAt.HasPassed(_time))
        {
            _restartAt = Deadline.Never;
            TryStartServing();
        }

        Settle();
    }

    private void Tell(string progress)
    {
        Output.Log(progress);
        Progress?.Invoke(progress);
    }

    private Worker Launch()
    {
        var worker = _starter.Start(Generation + 1, LastDeath is { IsClean: false } death ? death : null, Received);
        Generation++;
        _marker.Started(worker.ProcessId, worker.Generation);
        Output.Log($"{worker} started");
        return worker;
    }

    private void StartServing()
    {
        Serving = Launch();
        Serving.Startup = new Startup(Serving, _bounds, _commandSpeaks, _time);
        Serving.Startup.Open();
    }

    private void TryStartServing()
    {
        try
        {
            StartServing();
        }
        catch (SpawnException e)
        {
            Output.Log(e.Message);
            RestartAfter(e.ExitCode);
        }
    }

    private void ServingDied(Worker worker, ExitStatus status)
    {
        var death = _marker.Died(status, worker.Generation, worker.KilledFor);
        Output.Log($"{worker}: {death}");
        Serving = null;
        _lastCode = status.ShellCode;
        if (IsStopping || (Swap is { } swap && IsReplaced(worker, swap)))
            return;

        if (status.ShellCode == 0)
            BeginStop(forward: true);
        else
            RestartAfter(status.ShellCode);
    }

    /// <summary>Whether the new worker of a hand-over takes the place of the old one, which has died.</summary>
    private bool IsReplaced(Worker old, HotSwap swap)
    {
        if (swap.OldDied())
            return true;
        if (!swap.IsOpen && Spare is { Startup.Step: StartupStep.Ready })
        {
            swap.Fail($"{old} died, and the spare takes its place");
            return false;
        }

        Serving = swap.New;
        Serving.Startup = Startup.Continue(swap, _bounds, _time);
        Swap = null;
        EndRestart(false, $"{old} died; {Serving} takes its place as it comes up");
        return true;
    }

    private void RestartAfter(int code)
    {
        _lastCode = code;
        if (!_intensity.TryRestart(out var delay))
        {
            Output.Log($"it died more often than --restarts {_intensity.Limit} allows: giving up with code {code}");
            BeginStop(forward: true);
        }
        else if (_spares.Take() is { } spare)
        {
            Serving = spare;
            Output.Log($"{spare} takes over");
            spare.Startup!.Open();
        }
        else
        {
            _restartAt = Deadline.In(_time, delay);
        }
    }

    private void BeginStop(bool forward)
    {
        IsStopping = true;
        _restartAt = Deadline.Never;
        _notifier.Stopping();
        if (Swap is { } swap)
            StopSwap(swap);
        if (_spares.Dismiss() is { } spare)
            _retiring.Add(spare);
        if (Serving is { } serving)
            _retiring.Add(serving);
        if (forward)
            _retiring.Tell(Signal.Term);
    }

    /// <summary>A new worker that has not opened its gate is of no use any more; of two that serve, both finish.</summary>
    private void StopSwap(HotSwap swap)
    {
        const string Reason = "the init is stopping";
        if (!swap.IsOpen)
        {
            swap.Fail(Reason);
            EndSwap(swap);
            return;
        }

        Swap = null;
        if (Serving is { } old)
            _retiring.Add(old);
        Serving = swap.New;
        EndRestart(false, $"{Reason}; both workers finish what they have begun");
    }

    /// <summary>Draws the conclusions of what has just happened.</summary>
    private void Settle()
    {
        if (Swap is { HasEnded: true } swap)
            EndSwap(swap);
        if (Serving is { Startup: { } startup } && (startup.Step == StartupStep.Serving || startup.IsPlain))
            Announce(Serving, startup.IsPlain);
        if (IsStopping && ExitCode is null && Serving is null && _retiring.Count == 0)
        {
            ExitCode = _lastCode;
            _marker.Ended();
        }
    }

    private void EndSwap(HotSwap swap)
    {
        Swap = null;
        if (swap.Step == SwapStep.Failed)
        {
            if (!swap.New.HasExited)
                _retiring.AddKilled(swap.New);
            CloseListenersBut(_preopened);
            EndRestart(false, $"{swap.New}: {swap.Failure}{(Serving is { } old ? $"; {old} goes on" : "")}");
            return;
        }

        if (Serving is { } retired)
            _retiring.AddTold(retired);
        Serving = swap.New;
        if (_spares.Take() is { } spare)
            Retire(spare);
        CloseListenersBut([]);
        _spares.Want();
        _announced = (Serving, false);
        _notifier.Status($"{Serving} serves");
        EndRestart(true, $"{Serving} serves");
    }

    private void Retire(Worker spare)
    {
        if (spare.Startup!.Step == StartupStep.Ready)
        {
            spare.Link.Send(new Message(ControlType.Stop));
            _retiring.AddTold(spare);
            return;
        }

        spare.Kill("a spare of the old build");
        _retiring.AddKilled(spare);
    }

    private void EndRestart(bool succeeded, string text)
    {
        Output.Log($"hot restart {(succeeded ? "done" : "failed")}: {text}");
        RestartEnded?.Invoke(succeeded, text);
    }

    private void CloseListenersBut(HashSet<ListenerKey> kept)
    {
        var wanted = kept.Concat(Serving?.Asked ?? []).Concat(Spare?.Asked ?? []).ToHashSet();
        foreach (var listener in Listeners.CloseAllBut(wanted))
            Output.Log($"{listener.Bound} is closed: the worker that serves has not asked for it");
    }

    private void Announce(Worker worker, bool isPlain)
    {
        if (_announced == (worker, isPlain))
            return;
        _announced = (worker, isPlain);
        Output.Log(isPlain
            ? $"{worker} has said no hello: a plain program, supervised, and not to be hot-restarted"
            : $"{worker} serves");
        _notifier.Ready();
        _notifier.Status($"{worker} serves");
        if (!isPlain)
            _spares.Want();
    }

    private Worker[] Living()
    {
        IEnumerable<Worker?> known = [Serving, Swap?.New, Spare, .. _retiring.All];
        return [.. known.OfType<Worker>().Distinct()];
    }
}
