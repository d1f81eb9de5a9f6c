using CrashShield.Handoff.Protocol;
using CrashShield.Hosting.Drain;
using CrashShield.Hosting.Failures;
using CrashShield.Hosting.Serving;
using CrashShield.Hosting.Signals;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Handoff;

/// <summary>Takes over from another worker when this process was started for it, and has another take over from it when asked.</summary>
internal sealed class HandoffService(
    AcceptGate gate, WorkerServing serving, ServingState state, BackgroundWork work, ListeningSockets sockets, PassedEndpoints passed, HandoverStates states, HandoffMetrics metrics, WorkerReadiness readiness, ProbationWatch probation,
    PassedSignals signals, DrainSequence drain, ProcessEnd end, IHostApplicationLifetime lifetime, IOptions<CrashShieldOptions> options, ILogger<HandoffService> logger, TimeProvider time)
    : IHostedLifecycleService, IHotRestart, IDisposable
{
    // Longer than the new process may take to say that it has opened.
    private static readonly TimeSpan LedWithin = TimeSpan.FromSeconds(10);

    // Of several hosts in a process with a lead the one that speaks with it.
    private static HandoffService? _speakerOfProcess;

    private readonly HandoffOptions _options = options.Value.Handoff;
    private readonly WorkerBuild _build = WorkerBuild.Current(options.Value.Handoff.Version);
    private readonly long _started = time.GetTimestamp();
    private readonly Lock _lock = new();
    private readonly List<HandoffService> _joined = [];
    private LedWorker? _led;
    private HandoffService? _speaker;
    private Thread? _leading;
    private bool _isReady;
    private int _hasToldStopping;
    private int _isRestarting;

    /// <summary>Whether a crashshield-init leads this process, which starts another when it ends.</summary>
    public bool IsLedByInit => (_led ?? _speaker?._led) is { IsLedByInit: true };

    private Func<WorkerBuild, WorkerBuild, string?> Rule => _options.Rule ?? WorkerBuild.SameMajor;

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        var control = Take(WorkerVariables.ControlDescriptor);
        Take(WorkerVariables.Generation);
        passed.Hide();
        Take(WorkerVariables.LedBy);
        if (Take(WorkerVariables.LastDeath) is { } lastDeath)
            HandoffLog.LastDeath(logger, lastDeath);
        if (!LedWorker.TryFindChannel(control, out var descriptor) || !IsSupported)
        {
            if (IsSupported && Volatile.Read(ref _speakerOfProcess)?.TryJoin(this) == true)
                return Task.CompletedTask;
            if (control is not null)
                InitLead.TellSilent("CrashShield:Handoff:Enabled is false");
            gate.Open();
            work.Serve();
            return Task.CompletedTask;
        }

        return StartLedAsync(descriptor, cancellationToken);
    }

    private async Task StartLedAsync(int descriptor, CancellationToken cancellationToken)
    {
        var led = _led = new(descriptor, _build, serving, work, states, Rule, metrics, logger)
        {
            Ended = End,
            LeftAlone = GoOnAlone,
            Left = sockets.Leave,
            Sole = BecomeSole,
            Opened = TellOpened,
            Signals = signals.Numbers,
            Signalled = signals.Add,
        };
        Volatile.Write(ref _speakerOfProcess, this);
        CancelledStart.Watch(led, drain, end, lifetime);
        state.LameDuckChanged += TellIfStopping;
        await led.GreetAsync(cancellationToken).ConfigureAwait(false);
        lock (_lock)
        {
            if (_led is not null)
                Share(led, Released);
        }

        // When all else has started: the management port is opened late.
        lifetime.ApplicationStarted.UnsafeRegister(
            static service => new Thread(((HandoffService)service!).GetReady) { IsBackground = true, Name = "shield ready" }.Start(), this);
    }

    public void Begin(string by)
    {
        // It is asked, too.
        if (_speaker is not null)
            return;
        if (WhyNot() is { } why)
        {
            GuardedLog.Write(() => HandoffLog.Refused(logger, by, why));
            return;
        }

        GuardedLog.Write(() => HandoffLog.Begins(logger, by));
        try
        {
            var restart = new Thread(_led is { } led ? () => Ask(led, by) : Lead) { IsBackground = true, Name = "shield hot restart" };
            restart.Start();
            _leading = _led is null ? restart : null;
        }
        catch (OutOfMemoryException)
        {
            // At pids.max. The next request is to find it over.
            Volatile.Write(ref _isRestarting, 0);
            throw;
        }
    }

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        TellStopping();
        // A new process that was neither ended nor told to stop would take the place of this one.
        _leading?.Join(LedWithin);
        return Task.CompletedTask;
    }

    /// <summary>Tells the lead that this worker has served.</summary>
    public void TellServed() => (_led ?? _speaker?._led)?.Served();

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        if (IsSupported && HasOtherSockets)
            GuardedLog.Write(() => HandoffLog.OtherTransport(logger));
        if (_led is { IsBeside: true })
            work.TellWaiting();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        Interlocked.CompareExchange(ref _speakerOfProcess, null, this);
        _speaker?.Leave(this, serving, work);
        _led?.Dispose();
    }

    // Those of another transport, of systemd or of a server in memory.
    private bool HasOtherSockets => serving.HasServer && sockets.IsEmpty;

    private bool IsSupported => _options.Enabled && OperatingSystem.IsLinux();

    // Children of the application are none of the lead's.
    private static string? Take(string variable)
    {
        var value = Environment.GetEnvironmentVariable(variable);
        Environment.SetEnvironmentVariable(variable, null);
        return value;
    }

    // Its sockets are the lead's, too, and it accepts and works when this one does.
    private bool TryJoin(HandoffService other)
    {
        lock (_lock)
        {
            if (_led is not { } led)
                return false;
            _joined.Add(other);
            other.Follow(this, led);
            return true;
        }
    }

    private void Follow(HandoffService speaker, LedWorker led)
    {
        _speaker = speaker;
        Share(led, speaker.Released);
        speaker.Adopt(serving, work);
    }

    private void Adopt(WorkerServing other, BackgroundWork others)
    {
        serving.Join(other);
        work.Join(others);
    }

    private void Leave(HandoffService other, WorkerServing itsServing, BackgroundWork itsWork)
    {
        lock (_lock)
            _joined.Remove(other);
        serving.Leave(itsServing);
        work.Leave(itsWork);
    }

    private void Share(LedWorker led, Action<string> released)
    {
        (sockets.Lead, sockets.Released, serving.IsLed) = (led.Listen, released, true);
        if (led.IsLedByInit)
            (sockets.LeadOfMade, sockets.Made) = (led.Find, led.Bound);
    }

    private void BecomeSole(string endpoint)
    {
        sockets.BecomeSole(endpoint);
        HandoffService[] joined;
        lock (_lock)
            joined = [.. _joined];
        Array.ForEach(joined, other => other.BecomeSole(endpoint));
    }

    private void LoseLead() => (sockets.Lead, serving.IsLed) = (null, false);

    private void GetReady()
    {
        try
        {
            var besideNobody = BesideNobody;
            var (warm, why) = readiness.GetReadyAsync(besideNobody, lifetime.ApplicationStopping).GetAwaiter().GetResult();
            if (why is not null && work.IsWaiting && besideNobody is { IsCancellationRequested: false } enough)
                why = WhyNotWithServices(why, enough);
            // A spare that has taken over meanwhile.
            if (serving.IsServing)
                return;
            var isBeside = besideNobody is { IsCancellationRequested: false };
            // Where no other serves, one that is not well serves better than none.
            if (why is not null && !isBeside)
                GuardedLog.Write(() => HandoffLog.ServesUnwell(logger, why));
            if (why is null || !isBeside)
            {
                var took = time.GetElapsedTime(_started);
                GuardedLog.Write(() => HandoffLog.Ready(logger, took.TotalMilliseconds, warm, _build.Generation));
                TellReady(warm, took);
                return;
            }

            GiveUp(why);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // It was told to stop, which is no failure.
        }
        catch (Exception e)
        {
            GiveUp(ExceptionText.Message(e));
        }
    }

    private string? WhyNotWithServices(string why, CancellationToken enough)
    {
        GuardedLog.Write(() => HandoffLog.WaitsForServices(logger, why));
        _led?.Waits(why);
        return readiness.LookAgainAsync(why, work.Started, enough, lifetime.ApplicationStopping).GetAwaiter().GetResult();
    }

    // Nobody waits for this worker while another serves.
    private CancellationToken? BesideNobody => _led is { IsBeside: true } led ? led.BesideNobody : null;

    private void TellReady(int warm, TimeSpan took)
    {
        sockets.CloseLeft();
        lock (_lock)
        {
            _isReady = true;
            if (_led is { } led)
                led.Ready(warm, took);
            else
                OpenAlone();
        }
    }

    private void GiveUp(string why)
    {
        GuardedLog.Write(() => HandoffLog.NotReady(logger, why));
        _led?.Failed(why);
        // Whatever its program returns: a lead takes 0 for an end of its own choice.
        end.ExitWith(ProcessEnd.Status);
        lifetime.StopApplication();
    }

    private string? WhyNot()
    {
        if (!IsSupported)
            return "CrashShield:Handoff:Enabled is false, or this is not Linux";
        if (_led is null && Environment.ProcessId == 1)
            return "this process is PID 1, whose end is that of the container: start it by crashshield-init";
        if (lifetime.ApplicationStopping.IsCancellationRequested)
            return "this process stops";
        if (!lifetime.ApplicationStarted.IsCancellationRequested)
            return "this process has not started yet";
        if (HasOtherSockets)
            return "the server listens on no socket that could be handed over: its transport is not Kestrel's own, or its endpoints were given as descriptors";
        if (_led is null && !gate.IsOpen)
            return "this process does not serve yet";
        return Interlocked.Exchange(ref _isRestarting, 1) == 1 ? "one is under way" : null;
    }

    private void Ask(LedWorker led, string by)
    {
        try
        {
            if (led.Restart() is { } why)
                GuardedLog.Write(() => HandoffLog.Refused(logger, by, why));
        }
        catch (Exception e)
        {
            GuardedLog.Write(() => HandoffLog.Refused(logger, by, ExceptionText.Message(e)));
        }
        finally
        {
            Volatile.Write(ref _isRestarting, 0);
        }
    }

    private void Lead()
    {
        var restart = new PeerRestart(_build, Rule, _options, sockets, serving, work, states, logger);
        var why = restart.Run();
        metrics.Ended(restart.Outcome);
        if (why is null)
        {
            // Not twice, which would cut the connections of one that drains already.
            drain.TryBegin("Hot restart", skipDelay: true);
            return;
        }

        GuardedLog.Write(() => HandoffLog.Failed(logger, why));
        Volatile.Write(ref _isRestarting, 0);
    }

    // Before it, that the process stops: whether another is to be started then, the sockets are kept for.
    private void Released(string endpoint)
    {
        if (serving.IsDraining || lifetime.ApplicationStopping.IsCancellationRequested)
            TellStopping();
        _led?.Released(endpoint);
    }

    // Before it unbinds, so that a spare has given its sockets up by then. One that has to end is about to be given the code.
    private void TellIfStopping(bool isLameDuck)
    {
        if (isLameDuck && drain.Request is { HasToEnd: false })
            TellStopping();
    }

    private void TellStopping()
    {
        if (Interlocked.Exchange(ref _hasToldStopping, 1) == 0)
            _led?.Stopping(end.Code);
    }

    private void End(string? toldFor)
    {
        if (toldFor is null)
            GuardedLog.Write(() => HandoffLog.LeadGone(logger));
        EndHost(toldFor);
        HandoffService[] joined;
        lock (_lock)
            joined = [.. _joined];
        Array.ForEach(joined, other => other.EndHost(toldFor));
    }

    private void EndHost(string? toldFor)
    {
        var isTold = toldFor is not null;
        serving.HasSuccessor = isTold;
        var isAbandoned = !isTold && IsLedByInit;
        if (isAbandoned)
            serving.Abandon();
        else if (!isTold)
            LoseLead();
        // Nobody sends any more to one that has handed over.
        drain.TryBegin(toldFor ?? "The end of the lead", skipDelay: isTold || isAbandoned);
    }

    // Its sockets are this one's, and so are its clients.
    private void GoOnAlone(bool isTold)
    {
        work.Serve();
        lock (_lock)
        {
            LoseLead();
            _joined.ForEach(static joined => joined.LoseLead());
            _led = null;
            if (_isReady && !gate.IsOpen)
                OpenAlone();
        }

        // Whoever reads it may ask for the next restart.
        if (!isTold)
            GuardedLog.Write(() => HandoffLog.GoesOnAlone(logger));
    }

    private void OpenAlone()
    {
        // Whoever has told it to stop has not asked for another worker.
        if (serving.IsDraining)
            return;
        serving.Open();
        TellOpened(null);
    }

    private void TellOpened(string? lastDeath)
    {
        if (lastDeath is not null)
            GuardedLog.Write(() => HandoffLog.LastDeath(logger, lastDeath));
        else if (_led is { IsBeside: true } led)
            probation.Begin(led);
        if (_build.Generation > 1)
            metrics.TookOver(time.GetElapsedTime(_started));
        GuardedLog.Write(() => HandoffLog.Opened(logger));
    }
}
