using CrashShield.Init.Hooks;
using CrashShield.Init.Listeners;
using CrashShield.Init.Marker;
using CrashShield.Init.Polling;
using CrashShield.Init.Processes;
using CrashShield.Init.Systemd;

namespace CrashShield.Init.Workers;

/// <summary>
/// Leads the workers: what follows when one speaks, dies, is late or is to stop. Everything comes to it on the loop's thread: messages, ends, signals, deadlines.
/// </summary>
internal sealed class Lead : ITimed
{
    // timeout(1) signals its child and then the group: one request comes as two.
    private static readonly TimeSpan SameRequest = TimeSpan.FromSeconds(1);

    private readonly Crew _crew;
    private readonly HotRestart _hotRestart;
    private readonly WorkTurn<Worker> _turn;
    private readonly NextStart _nextStart;
    private readonly Succession _succession;
    private readonly RunMarker _marker;
    private readonly Announcer _announcer;
    private readonly TimeProvider _time;
    private readonly Inbox _inbox;
    private readonly PassedSignals _passed;
    private bool _isHungUp;
    private long? _askedToStopAt;

    public Lead(
        IWorkerStarter starter, ListenerTable listeners, WorkerBounds bounds, RestartIntensity intensity, SpareKeeper spares,
        RunMarker marker, Notifier notifier, TimeProvider time, Func<int, Signal, bool?>? handlesSignal = null)
    {
        _passed = new PassedSignals(handlesSignal ?? SignalActions.Handles, time);
        (_marker, _announcer, _time) = (marker, new Announcer(notifier), time);
        _nextStart = new NextStart(intensity, _announcer, time);
        _crew = new Crew(starter, listeners, spares, bounds.Drain, time) { Received = Received };
        _hotRestart = new HotRestart(_crew, bounds, time, TookOver);
        ColdRestart = new ColdRestart(_crew, time);
        _succession = new Succession(_crew, _nextStart, ColdRestart, marker, Alarm, bounds, time) { GaveUp = () => BeginStop(forward: true) };
        _turn = new WorkTurn<Worker>(bounds.Drain, time, Output.Log);
        _inbox = new Inbox(this);
        _hotRestart.Ended += TellFailed;
        ColdRestart.Ended += TellFailed;
    }

    /// <inheritdoc cref="HotRestart.Progress"/>
    public event Action<string>? Progress
    {
        add => _hotRestart.Progress += value;
        remove => _hotRestart.Progress -= value;
    }

    /// <inheritdoc cref="HotRestart.Ended"/>
    public event Action<bool, string>? RestartEnded
    {
        add => _hotRestart.Ended += value;
        remove => _hotRestart.Ended -= value;
    }

    /// <summary>A worker has died.</summary>
    public event Action<Worker, ExitStatus>? WorkerDied;

    public ListenerTable Listeners => _crew.Listeners;

    public Worker? Serving => _crew.Serving;

    public HotSwap<Worker>? Swap => _hotRestart.Swap;

    public ColdRestart ColdRestart { get; }

    public Alarm Alarm { get; } = new();

    public Worker? Spare => _crew.Spares.Worker;

    public IEnumerable<Worker> Retiring => _crew.Retiring.All;

    /// <inheritdoc cref="Crew.Generation"/>
    public int Generation => _crew.Generation;

    public int Restarts => _nextStart.Restarts;

    public Death? LastDeath => _marker.LastDeath;

    public bool IsStopping { get; private set; }

    /// <summary>How often it was told to end.</summary>
    public int StopRequests { get; private set; }

    /// <summary>Why it gave the service up, or null.</summary>
    public string? GaveUp => _nextStart.GaveUp;

    /// <summary>
    /// The worker whose end helps most when a limit holds all of them up and costs least: a new build that does not serve yet, one that finishes what it has begun, then the one that serves.
    /// </summary>
    public Worker? HeldUp => Swap is { IsOpen: false, New: { HasExited: false } next } ? next : _crew.Retiring.First ?? Serving;

    /// <summary>Set when all is over.</summary>
    public int? ExitCode { get; private set; }

    /// <summary>The one that accepts connections, and gets the signals that are not the init's own.</summary>
    public Worker? Target => _hotRestart.Target;

    public Deadline NextDeadline
    {
        get
        {
            var next = Deadline.Earlier(_succession.NextDeadline, _crew.Retiring.NextDeadline);
            next = Deadline.Earlier(next, Serving?.Startup?.Deadline ?? Deadline.Never);
            next = Deadline.Earlier(next, _passed.Deadline);
            return Deadline.Earlier(next, Deadline.Earlier(_hotRestart.Deadline, _turn.Deadline));
        }
    }

    /// <inheritdoc cref="Worker.HasProved"/>
    public bool HasProved(Worker worker) => worker.HasProved(_time);

    /// <summary>The worker that has a socket, of those that live; null for an idle one.</summary>
    public string? HolderOf(Listener listener) => _crew.Living(Swap?.New).FirstOrDefault(worker => worker.Sockets.Contains(listener))?.ToString();

    /// <exception cref="SpawnException">The command cannot be started.</exception>
    public void Start()
    {
        if (_succession.BadEnd is { } death)
            Output.Log($"the last run ended badly: {death}");
        if (_marker.CutShort is { } run && LastDeath is { } end)
            Alarm.RunCutShort(run, end);
        _marker.Begin();
        try
        {
            _succession.Start();
        }
        catch (SpawnException)
        {
            _marker.Ended();
            throw;
        }
        finally
        {
            SaveMarker();
        }
    }

    /// <summary>Goes on with workers that another image of this init has started.</summary>
    public void Continue(int generation, int restarts, Worker serving, Worker? spare)
    {
        _nextStart.Continue(restarts);
        _succession.Spoke(serving);
        _announcer.Continue(serving);
        _crew.Continue(generation, serving, spare);
        // One that is silent so far has not been told whose turn it is.
        if (serving.HasSaidHello)
            _turn.Continue(serving);
    }

    public void Received(Worker worker, Message message)
    {
        // Another program in its place has to be told as well.
        if (message.Type == ControlType.Hello && worker.HasSaidHello)
        {
            _turn.Left(worker);
            if (worker == Serving && worker.Startup is null)
                _succession.ComesUp(worker);
        }

        // Before it is welcome: one beside which nobody works has all of its services started with it.
        if (message.Type == ControlType.Hello && worker == Target && worker != Swap?.New && !IsStopping)
            _turn.Settle(worker);
        _inbox.Handle(worker, message);
        _succession.Spoke(worker);
        Settle();
    }

    public void Exited(int processId, ExitStatus status)
    {
        if (_crew.Living(Swap?.New).FirstOrDefault(worker => worker.ProcessId == processId) is not { } worker)
            return;
        // What it said last may tell why.
        worker.Link.Close();
        worker.HasExited = true;
        Listeners.LetClientsIn();
        WorkerDied?.Invoke(worker, status);

        if (worker != Serving)
            _marker.OtherDied(status, worker.KilledFor);
        var wasRetiring = _crew.Retiring.Remove(worker);
        if (worker == Serving)
            ServingDied(worker, status);
        else if (wasRetiring)
            Output.Log($"{worker} {status}");
        else if (worker == Swap?.New)
            Swap.NewDied(worker.Refusal is { } refusal && !Swap.IsOpen ? $"{status} ({refusal})" : status.ToString());
        else if (_crew.Spares.Died(worker, status))
            Alarm.SpareDied(worker, status);
        Settle();
    }

    /// <inheritdoc cref="WorkTurn{TWorker}.Rested"/>
    public void Rested(Worker worker) => _turn.Rested(worker);

    /// <summary>A worker has said that it is not well.</summary>
    public void Unwell(Worker worker, string reason)
    {
        var what = worker.Startup is null or { Step: StartupStep.Serving } ? "serves on, but is not well" : "does not come up";
        Output.Log($"{worker} {what}: {reason}");
        Alarm.Unwell(worker, $"{what}: {reason}");
    }

    /// <inheritdoc cref="HotRestart.Opened"/>
    public void Opened(Worker worker) => _hotRestart.Opened(worker);

    /// <returns>Null when it has begun, otherwise why not.</returns>
    public string? BeginRestart(string by) => Readiness.WhyNoRestart(this) ?? _hotRestart.Begin(by);

    /// <summary>Stops the worker and starts the next one: for a build that cannot take over from it.</summary>
    /// <returns>Null when it has begun, otherwise why not.</returns>
    public string? BeginColdRestart(string by)
    {
        if (Readiness.WhyNoColdRestart(this) is { } refusal)
            return refusal;
        _nextStart.BeginRow();
        ColdRestart.Begin(by);
        if (Serving is null)
            _nextStart.Hurry();
        return null;
    }

    /// <summary>Ends the service: what serves finishes what it has begun. The second time, at once; within a second it is the same request.</summary>
    /// <param name="by">Who asked.</param>
    /// <param name="forward">Whether the workers have to be told.</param>
    public void Stop(string by, bool forward)
    {
        if (_askedToStopAt is { } first)
        {
            if (_time.GetElapsedTime(first) < SameRequest)
                return;
            StopRequests++;
            Output.Log($"{by} again: killing what is left");
            foreach (var worker in _crew.Living(Swap?.New))
                worker.Kill("a second request to stop");
            return;
        }

        Output.Log($"stopping, asked for by {by}");
        _askedToStopAt = _time.GetTimestamp();
        StopRequests++;
        _marker.Stopping();
        // It may be at its end by itself, when a worker has ended well or too many have died.
        if (!IsStopping)
            BeginStop(forward);
        Settle();
    }

    /// <summary>Passes a signal on to the worker that accepts connections.</summary>
    public void Pass(Signal signal)
    {
        if (Target is { } target)
            _passed.Pass(target, signal);
    }

    /// <summary>
    /// SIGHUP: the terminal is gone, or somebody has sent it. A worker that speaks is told to stop, unless it takes the signal for something else; of another program nobody knows what it does with it, and
    /// when it ends by it, so does the service.
    /// </summary>
    public void HangUp()
    {
        if (Target is not { } target || (target.HasSaidHello && !target.Takes(Signal.Hup)))
        {
            Stop("SIGHUP", forward: true);
            return;
        }

        _isHungUp = true;
        if (target.HasSaidHello)
            _passed.Pass(target, Signal.Hup);
        else
            target.Link.Signal(Signal.Hup);
    }

    public void Tick()
    {
        // A turn in which nothing is due allocates nothing: the pages of an init in a throttled cgroup are those that it has.
        if (NextDeadline.HasPassed(_time))
            DoWhatIsDue();
        // After what a disk that hangs is not to hold up.
        SaveMarker();
    }

    private void DoWhatIsDue()
    {
        Serving?.Startup?.Tick();
        _hotRestart.Tick();
        _crew.Retiring.Tick();
        _succession.Tick();
        Settle();
    }

    /// <summary>Has the marker say what is so now: the next run, and another image of this init, go by it.</summary>
    public void SaveMarker()
    {
        if (Serving is { } serving)
            _marker.Serves(serving.ProcessId, serving.Generation);
        _marker.Save();
    }

    private void ServingDied(Worker worker, ExitStatus status)
    {
        var wasHungUp = _isHungUp && status.Signal == Signal.Hup;
        if (wasHungUp)
            _marker.Stopping();
        var hasStopped = ColdRestart.HasStopped(worker);
        var death = _marker.Died(status, worker.Generation, worker.KilledFor, wasAsked: hasStopped, worker.IsKilledAtLimit);
        Output.Log($"{worker}: {death}");
        Alarm.Died(worker, death);
        _succession.Ended(status);
        if (IsStopping || _hotRestart.OldDied(worker, death))
            return;

        ColdRestart.Died(worker, status.ToString());
        if (hasStopped)
            _succession.StartNext();
        else if (status.ShellCode == 0 || wasHungUp)
            BeginStop(forward: true);
        else
            _succession.Plan(worker);
    }

    private void TellFailed(bool succeeded, string text)
    {
        if (!succeeded && !IsStopping)
            Alarm.RestartFailed(Generation, text);
    }

    private void TookOver(Worker worker)
    {
        _nextStart.BeginRow();
        _announcer.TookOver(worker);
    }

    private void BeginStop(bool forward)
    {
        IsStopping = true;
        _nextStart.Cancel();
        _announcer.Stopping();
        // First, as it changes who serves.
        _hotRestart.Stop();
        ColdRestart.Stop();
        if (_crew.Spares.Dismiss() is { } spare)
            _crew.Retiring.Add(spare);
        // One that stops already is not told twice.
        if (Serving is { } serving && !_crew.Retiring.All.Contains(serving))
            _crew.Retiring.Add(serving);
        if (forward)
            _crew.Retiring.Tell(Signal.Term);
    }

    /// <summary>Draws the conclusions of what has just happened.</summary>
    private void Settle()
    {
        _hotRestart.Settle();
        _passed.Settle();
        _turn.Settle(!IsStopping && _hotRestart.Working is { HasSaidHello: true } working ? working : null);
        if (Serving is { Startup: { } startup } && (startup.Step == StartupStep.Serving || startup.IsPlain)
            && _announcer.Serves(Serving, startup.IsPlain) && !startup.IsPlain)
        {
            _crew.Spares.Want();
        }

        ColdRestart.Settle();
        // The sockets wait for the next worker when the old one has ended with the code of a whole service.
        if (!ColdRestart.IsRunning)
            _crew.CloseUnwanted(Swap?.New, IsStopping);
        // For the metrics of the service, which whoever serves exports.
        _crew.Tell(new Message(ControlType.Figures) { Generation = Generation, Restarts = Restarts, LastDeath = LastDeath?.ToVariable() }, Swap?.New);
        if (IsStopping && ExitCode is null && Serving is null && _crew.Retiring.Count == 0)
        {
            ExitCode = _succession.LastCode;
            _marker.Ended();
            _marker.Save();
        }
    }
}
