using System.Diagnostics.Metrics;
using CrashShield.Hosting.Failures;
using CrashShield.Hosting.Telemetry;
using CrashShield.Hosting.ThreadPools.Blocking;
using CrashShield.Hosting.ThreadPools.Diagnosis;
using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.ThreadPools;

/// <summary>
/// Shows what keeps work waiting: once a second the state that took most of the second's trouble, as states change by the millisecond. The monitor's thread writes, that of the pressure source logs.
/// </summary>
internal sealed class ProcessorWatch
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // A state that comes and goes is told once in a while.
    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(10);

    // Of a second: less is a burst.
    private const double Least = 0.03;

    private const int Count = (int)ProcessorState.Unknown + 1;

    private readonly BlockingReporter _blocking;
    private readonly ILogger<ProcessorWatch> _logger;
    private readonly TimeProvider _time;
    private readonly TimeSpan[] _lasted = new TimeSpan[Count];
    private readonly string[] _names = Names();
    private readonly Lock _lock = new();
    private ProcessorSecond _second;
    private DateTimeOffset _since;
    private TimeSpan _longest;
    private long _began;
    private long _last;
    private ProcessorState _logged;
    private long _loggedAt;
    private ProcessorState _before;
    private Exception? _failure;
    private bool _isFailureTold;

    public ProcessorWatch(ShieldMeter meter, BlockingReporter blocking, ILogger<ProcessorWatch> logger, TimeProvider time)
    {
        (_blocking, _logger, _time) = (blocking, logger, time);
        _since = time.GetUtcNow();
        _began = _last = time.GetTimestamp();
        _loggedAt = _began - (long)(LogInterval.TotalSeconds * time.TimestampFrequency);
        meter.CreateGauge(
            "crashshield.processor.state", "{state}", "1 for what keeps work waiting for a thread, 0 for all else: idle, busy, blocked, saturated, throttled, crowded, warming-up, paused or unknown.",
            States);
        meter.CreateGauge("crashshield.pool.added_threads", "{thread}", "By how many threads the minimum of a blocked pool is raised.", () => Report.AddedThreads);
    }

    public ProcessorReport Report
    {
        get
        {
            lock (_lock)
                return new(_second.State, _since, Math.Round(_second.Delay.TotalMilliseconds, 1), Math.Round(_second.Use, 2), _second.Threads, _second.AddedThreads, _blocking.Last?.Places);
        }
    }

    /// <summary>Takes what was seen a moment ago. Allocates nothing.</summary>
    public void Take(PoolTick tick, double use, int added)
    {
        var now = _time.GetTimestamp();
        _lasted[(int)tick.State] += _time.GetElapsedTime(_last, now);
        _longest = tick.Delay > _longest ? tick.Delay : _longest;
        _last = now;
        var elapsed = _time.GetElapsedTime(_began, now);
        if (elapsed < Interval)
            return;

        var second = new ProcessorSecond(Prevailing(elapsed), _longest, use, ThreadPool.ThreadCount, added);
        (_began, _longest) = (now, TimeSpan.Zero);
        Array.Clear(_lasted);
        Show(second);
    }

    /// <summary>A look threw.</summary>
    public void Failed(Exception e) => Volatile.Write(ref _failure, e);

    /// <summary>Logs what has changed. Called about once a second by a thread that may block: a log that does must not hold up the looks, which are its cure.</summary>
    public void Tell()
    {
        if (Volatile.Read(ref _failure) is { } failure && !_isFailureTold)
        {
            _isFailureTold = true;
            TellFailed(failure);
        }

        ProcessorSecond second;
        lock (_lock)
            second = _second;
        // One that lasts; but that a blocked pool was given threads is news even when it has helped at once.
        var isNews = second.State != _logged && (second.State == _before || second.State is ProcessorState.Blocked or ProcessorState.Saturated);
        _before = second.State;
        var now = _time.GetTimestamp();
        if (isNews && _time.GetElapsedTime(_loggedAt, now) >= LogInterval)
            Log(second, now);
    }

    private void Show(ProcessorSecond second)
    {
        lock (_lock)
        {
            if (second.State != _second.State)
                _since = _time.GetUtcNow();
            _second = second;
        }
    }

    private ProcessorState Prevailing(TimeSpan elapsed)
    {
        var prevailing = ProcessorState.Idle;
        for (var state = 1; state < Count; state++)
        {
            if (_lasted[state] >= Least * elapsed && (prevailing == ProcessorState.Idle || _lasted[state] > _lasted[(int)prevailing]))
                prevailing = (ProcessorState)state;
        }

        return prevailing;
    }

    private void Log(ProcessorSecond second, long now)
    {
        var before = _logged;
        (_logged, _loggedAt) = (second.State, now);
        // A service that works and rests changes all day.
        var level = IsOrdinary(before) && IsOrdinary(second.State) ? LogLevel.Debug : LogLevel.Information;
        GuardedLog.Write(() => PoolLog.StateChanged(_logger, level, before, second.State, second.Delay.TotalMilliseconds, second.Use, second.Threads, second.AddedThreads));
    }

    private void TellFailed(Exception e) => GuardedLog.Write(() => PoolLog.LookFailed(_logger, LoggableException.Of(e), e.GetType().FullName));

    private static bool IsOrdinary(ProcessorState state) => state is ProcessorState.Idle or ProcessorState.Busy;

    // Each of them each time: a series that is not told any more would keep its last value.
    private Measurement<double>[] States()
    {
        var state = (int)Report.State;
        var states = new Measurement<double>[Count];
        for (var one = 0; one < Count; one++)
            states[one] = new(one == state ? 1 : 0, new KeyValuePair<string, object?>(TagNames.State, _names[one]));
        return states;
    }

    private static string[] Names()
    {
        var names = new string[Count];
        for (var state = 0; state < Count; state++)
            names[state] = Name((ProcessorState)state);
        return names;
    }

    private static string Name(ProcessorState state) => state == ProcessorState.WarmingUp ? "warming-up" : state.ToString().ToLowerInvariant();
}
