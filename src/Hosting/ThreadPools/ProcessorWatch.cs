using System.Diagnostics.Metrics;
using CrashShield.Hosting.Failures;
using CrashShield.Hosting.Telemetry;
using CrashShield.Hosting.ThreadPools.Blocking;
using CrashShield.Hosting.ThreadPools.Diagnosis;
using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.ThreadPools;

/// <summary>
/// Shows what keeps work waiting: once a second the state that took most of the second's trouble, as states change by the millisecond. Written by the monitor's thread alone.
/// </summary>
internal sealed class ProcessorWatch
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // A state that comes and goes is told once in a while.
    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(10);

    // Of a second: less is a burst.
    private const double Least = 0.03;

    private static readonly int States = Enum.GetValues<ProcessorState>().Length;

    private readonly BlockingReporter _blocking;
    private readonly ILogger<ProcessorWatch> _logger;
    private readonly TimeProvider _time;
    private readonly TimeSpan[] _lasted = new TimeSpan[States];
    private readonly string[] _names = [.. Enum.GetValues<ProcessorState>().Select(Name)];
    private readonly Lock _lock = new();
    private ProcessorSecond _second;
    private DateTimeOffset _since;
    private TimeSpan _longest;
    private long _began;
    private long _last;
    private ProcessorState _logged;
    private long _loggedAt;
    private bool _isFailureTold;

    public ProcessorWatch(ShieldMeter meter, BlockingReporter blocking, ILogger<ProcessorWatch> logger, TimeProvider time)
    {
        (_blocking, _logger, _time) = (blocking, logger, time);
        _since = time.GetUtcNow();
        _began = _last = time.GetTimestamp();
        _loggedAt = _began - (long)(LogInterval.TotalSeconds * time.TimestampFrequency);
        meter.CreateGauge(
            "crashshield.processor.state", "{state}", "1 for what keeps work waiting for a thread: idle, busy, blocked, saturated, throttled, crowded, warming-up, paused or unknown.",
            () => [new Measurement<double>(1, new KeyValuePair<string, object?>(TagNames.State, _names[(int)Report.State]))]);
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

    /// <summary>Takes what was seen a moment ago. Allocates nothing unless it logs.</summary>
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
        if (second.State != _logged && _time.GetElapsedTime(_loggedAt, now) >= LogInterval)
            Log(second, now);
    }

    /// <summary>A look threw. Told once: the next may be 5 ms later.</summary>
    public void TellFailed(Exception e)
    {
        if (_isFailureTold)
            return;

        _isFailureTold = true;
        GuardedLog.Write(() => PoolLog.LookFailed(_logger, LoggableException.Of(e), e.GetType().FullName));
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
        for (var state = 1; state < States; state++)
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
        GuardedLog.Write(() => PoolLog.StateChanged(_logger, before, second.State, second.Delay.TotalMilliseconds, second.Use, second.Threads, second.AddedThreads));
    }

    private static string Name(ProcessorState state) => state == ProcessorState.WarmingUp ? "warming-up" : state.ToString().ToLowerInvariant();
}
