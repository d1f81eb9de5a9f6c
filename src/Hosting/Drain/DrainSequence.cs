using CrashShield.Hosting.Failures;
using CrashShield.Hosting.Scheduling;
using CrashShield.Hosting.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Drain;

/// <summary>
/// The way from the request to stop to the end: not ready, a while of serving on, lame duck, and then the host's own stop. By the schedule, whose threads are started with the host: when it is
/// told to stop, the pool may be starved, and no further thread be allowed.
/// </summary>
internal sealed class DrainSequence : IDisposable
{
    // How often the clock is looked at, which a test may turn.
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    // timeout(1) signals its child and then the group, systemd and supervisord signal every process of a service, and a parent passes its own signal on: one request may come as several.
    private static readonly TimeSpan SameRequest = TimeSpan.FromSeconds(1);

    private readonly ServingState _serving;
    private readonly DrainNotice _notice;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly ShieldSchedule _schedule;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly DrainTimes _times;
    private readonly DrainWatch _watch;
    private readonly DrainPause _pause;
    private readonly CancellationTokenSource _now = new();
    private readonly ManualResetEventSlim _ended = new();
    private readonly Lock _lock = new();
    private DrainRequest? _request;
    private long? _signalledAt;
    private ScheduledJob? _job;
    private DrainStage _next = DrainStage.Delay;
    private DrainTimes _settled;
    private long _tookTicks;
    private int _stage;

    public DrainSequence(
        ServingState serving, DrainNotice notice, DrainTimes times, IHostApplicationLifetime lifetime, ProcessEnd end, ShieldSchedule schedule,
        ShieldMeter meter, ILogger<DrainSequence> logger, TimeProvider time)
    {
        (_serving, _notice, _times, _lifetime, _schedule, _logger, _time) = (serving, notice, times, lifetime, schedule, logger, time);
        _settled = times;
        _pause = new(time);
        _watch = new(this, times, end, logger, time);
        meter.CreateGauge("crashshield.drain.duration", "s", "How long the process has been draining; 0 while it is not.", () => Duration.TotalSeconds);
    }

    public DrainStage Stage => (DrainStage)Volatile.Read(ref _stage);

    /// <summary>Who asked for it; <see langword="null"/> before.</summary>
    public DrainRequest? Request => Volatile.Read(ref _request);

    /// <summary>Cancelled when connections are to be cut.</summary>
    public CancellationToken Now => _now.Token;

    /// <summary>How long a process that has to end takes at most.</summary>
    public TimeSpan EndsWithin => DrainWatch.BoundOf(Ending);

    public TimeSpan Duration => Volatile.Read(ref _tookTicks) is var took and not 0 ? new(took) : Request is { } request ? _time.GetElapsedTime(request.At) : TimeSpan.Zero;

    public void Start()
    {
        lock (_lock)
        {
            _job = _schedule.Add(Go);
            _watch.Start(_schedule);
            // A signal may have come before.
            if (_request is not null)
                Begin_NeedsLock();
        }
    }

    /// <summary>
    /// Begins the drain for a signal and returns at once. A second signal means: now. Within a second of the first one it is the same request, and a drain that was begun by something else has had none.
    /// </summary>
    /// <param name="by">Which signal, for the log.</param>
    /// <param name="skipDelay">Whether nobody sends requests any more.</param>
    public void Begin(string by, bool skipDelay = false)
    {
        long? first;
        lock (_lock)
        {
            first = _signalledAt;
            _signalledAt ??= _time.GetTimestamp();
        }

        if (first is null)
            TryBegin(by, skipDelay);
        else if (_time.GetElapsedTime(first.Value) >= SameRequest)
            Hurry(by);
    }

    /// <summary>Begins the drain and returns at once.</summary>
    /// <param name="by">Who asks, for the log.</param>
    /// <param name="skipDelay">Whether nobody sends requests any more.</param>
    /// <param name="hasToEnd">Whether the process has to end though the host may be allowed to take for ever.</param>
    /// <returns>False when it has begun already, which this does not hurry.</returns>
    public bool TryBegin(string by, bool skipDelay = false, bool hasToEnd = false)
    {
        bool isFirst;
        lock (_lock)
        {
            // At once, and not when the thread comes to it.
            _serving.TryGo(ServingPhase.Draining, out var before);
            isFirst = _request is null;
            if (isFirst)
            {
                Volatile.Write(ref _request, new(by, skipDelay || before == ServingPhase.HandingOver, hasToEnd, _time.GetTimestamp()));
                Begin_NeedsLock();
            }
        }

        return isFirst;
    }

    /// <summary>What has to end next.</summary>
    public void Reach(DrainStage stage) => Volatile.Write(ref _stage, (int)stage);

    /// <summary>The host has stopped.</summary>
    public void End()
    {
        if (Request is { } request)
        {
            Volatile.Write(ref _tookTicks, _time.GetElapsedTime(request.At).Ticks);
            Reach(DrainStage.Exit);
            GuardedLog.Write(() => DrainLog.Ended(_logger, Duration, request.By));
        }

        _ended.Set();
    }

    public void WaitForEnd() => _ended.Wait();

    // The watch goes on once a drain has begun: what keeps the program from ending may come after the host.
    public void Dispose()
    {
        lock (_lock)
        {
            if (_request is null)
            {
                _job?.Remove();
                _watch.Abandon();
            }
        }

        _ended.Set();
    }

    private void Begin_NeedsLock()
    {
        _job?.RunNow();
        if (_request!.HasToEnd)
            _watch.Begin(EndsWithin, IsServing ? null : Ending.Host);
        else
            _watch.Begin();
    }

    private void Hurry(string by)
    {
        if (_now.IsCancellationRequested)
            return;

        GuardedLog.Write(() =>
        {
            if (_serving.HasServer)
                DrainLog.Hurried(_logger, by);
            else
                DrainLog.StopRepeated(_logger, by);
        });
        _pause.Hurry();
        _job?.RunNow();
        Guard(_now.Cancel);
    }

    // Where a part has to wait it comes back for the next one.
    private void Go()
    {
        while (_next != DrainStage.Services)
        {
            if (_pause.Left is var left && left > TimeSpan.Zero)
            {
                _job!.RunAfter(left < Look ? left : Look);
                return;
            }

            Enter(_next++);
        }
    }

    private void Enter(DrainStage stage)
    {
        if (stage == DrainStage.Delay)
            Settle(Request!);
        Reach(stage);
        switch (stage)
        {
            case DrainStage.Delay:
                Guard(_notice.TellDraining);
                _pause.Begin(_settled.Delay);
                break;
            case DrainStage.LameDuck:
                Guard(() => _serving.SetLameDuck(true));
                _pause.Begin(_settled.LameDuck - _settled.Refusing);
                break;
            case DrainStage.Refusing:
                Guard(() => _serving.Refuse(Request!.HasToEnd));
                _pause.Begin(_settled.Refusing);
                break;
            default:
                Guard(_lifetime.StopApplication);
                // The host may be further already.
                Interlocked.CompareExchange(ref _stage, (int)DrainStage.Services, (int)DrainStage.Callbacks);
                break;
        }
    }

    // Before the start nobody is served, and a stop ends the start.
    private bool IsServing => _serving.HasServer && _lifetime.ApplicationStarted.IsCancellationRequested;

    private DrainTimes Times => IsServing ? _times : _times.WithoutServing();

    // Of a process that has to end: nobody waits for it.
    private DrainTimes Ending => IsServing ? _times with { Delay = TimeSpan.Zero } : _times.WithoutServing().Exiting();

    private void Settle(DrainRequest request)
    {
        var times = Times;
        _settled = request.SkipDelay ? times with { Delay = TimeSpan.Zero } : times;
        GuardedLog.Write(() =>
        {
            if (_serving.HasServer)
                DrainLog.Began(_logger, request.By, _settled.Delay, _settled.LameDuck);
            else
                DrainLog.StopBegan(_logger, request.By, _settled.Host, _settled.CleanUp);
        });
    }

    // Whatever fails, the process has to stop.
    private void Guard(Action part)
    {
        try
        {
            part();
        }
        catch (Exception e)
        {
            GuardedLog.Write(() => DrainLog.PartFailed(_logger, e.GetType().FullName, ExceptionText.Message(e)));
        }
    }
}
