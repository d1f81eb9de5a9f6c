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
    private const double Least = 0.1;

    private static readonly int States = Enum.GetValues<ProcessorState>().Length;

    private readonly BlockingReporter _blocking;
    private readonly ILogger<ProcessorWatch> _logger;
    private readonly TimeProvider _time;
    private readonly TimeSpan[] _lasted = new TimeSpan[States];
    private readonly string[] _names = [.. Enum.GetValues<ProcessorState>().Select(Name)];
    private ProcessorReport _report;
    private TimeSpan _longest;
    private long _began;
    private long _last;
    private ProcessorState _logged;
    private long _loggedAt;

    public ProcessorWatch(ShieldMeter meter, BlockingReporter blocking, ILogger<ProcessorWatch> logger, TimeProvider time)
    {
        (_blocking, _logger, _time) = (blocking, logger, time);
        _report = new(ProcessorState.Idle, time.GetUtcNow(), 0, 0, 0, 0);
        _began = _last = time.GetTimestamp();
        _loggedAt = _began - (long)(LogInterval.TotalSeconds * time.TimestampFrequency);
        meter.CreateGauge(
            "crashshield.processor.state", "{state}", "1 for what keeps work waiting for a thread: idle, busy, blocked, saturated, throttled, crowded, warming-up, paused or unknown.",
            () => [new Measurement<double>(1, new KeyValuePair<string, object?>(TagNames.State, _names[(int)Volatile.Read(ref _report).State]))]);
        meter.CreateGauge("crashshield.pool.added_threads", "{thread}", "By how many threads the minimum of a blocked pool is raised.", () => Volatile.Read(ref _report).AddedThreads);
    }

    public ProcessorReport Report => Volatile.Read(ref _report) with { Blocking = _blocking.Last?.Places };

    /// <summary>Takes what was seen a moment ago. Allocates nothing but with a change.</summary>
    public void Take(PoolTick tick, double use, int added)
    {
        var now = _time.GetTimestamp();
        _lasted[(int)tick.State] += _time.GetElapsedTime(_last, now);
        _longest = tick.Delay > _longest ? tick.Delay : _longest;
        _last = now;
        var elapsed = _time.GetElapsedTime(_began, now);
        if (elapsed < Interval)
            return;

        var (state, threads) = (Prevailing(elapsed), ThreadPool.ThreadCount);
        var (before, delayMs) = (_report, _longest.TotalMilliseconds);
        (_began, _longest) = (now, TimeSpan.Zero);
        Array.Clear(_lasted);
        // A report a second would be garbage a second.
        if (state == before.State && added == before.AddedThreads && (state is ProcessorState.Idle || threads == before.Threads))
            return;

        var since = state == before.State ? before.Since : _time.GetUtcNow();
        Volatile.Write(ref _report, new(state, since, Math.Round(delayMs, 1), Math.Round(use, 2), threads, added));
        if (state != _logged && _time.GetElapsedTime(_loggedAt, now) >= LogInterval)
            Log(state, now, delayMs, use, threads, added);
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

    private void Log(ProcessorState state, long now, double delayMs, double use, int threads, int added)
    {
        var before = _logged;
        (_logged, _loggedAt) = (state, now);
        GuardedLog.Write(() => PoolLog.StateChanged(_logger, before, state, delayMs, use, threads, added));
    }

    private static string Name(ProcessorState state) => state == ProcessorState.WarmingUp ? "warming-up" : state.ToString().ToLowerInvariant();
}
