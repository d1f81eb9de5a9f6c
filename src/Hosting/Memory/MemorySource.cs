using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.Failures;
using CrashShield.Hosting.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Memory;

/// <summary>
/// The precursors of running out of memory. It is read as often as the heap has to be, because the circuit wants three readings in a row, which at ten seconds each
/// would be half a minute; the collections are judged at their own interval, and the verdict holds in between.
/// </summary>
internal sealed class MemorySource : IPressureSource
{
    private readonly IGarbageCollector _gc;
    private readonly GcStatistics _statistics;
    private readonly MemoryOptions _options;
    private readonly ILogger<MemorySource> _logger;
    private readonly TimeProvider _time;
    private readonly CollectionRules _rules;
    private readonly HeapRule _heap;
    private PressureReading _verdict;
    private long _judged;

    public MemorySource(
        IGarbageCollector gc, GcStatistics statistics, ShieldMeter meter, IOptions<CrashShieldOptions> options, ILogger<MemorySource> logger, TimeProvider time)
    {
        (_gc, _statistics, _options, _logger, _time) = (gc, statistics, options.Value.Memory, logger, time);
        _rules = new(_options);
        _heap = new(_options, time);
        _judged = time.GetTimestamp();
        meter.CreateGauge(
            "crashshield.gc.young_rate", "{collection}/min", "Collections of generation 0 and 1 a minute.", () => statistics.Figures().YoungPerMinute);
        meter.CreateGauge(
            "crashshield.gc.full_pause_mean", "s", "The mean pause of the full collections of the last window.", () => statistics.Figures().FullPause.TotalSeconds);
    }

    public string Name => "memory";

    public TimeSpan Interval => _options.HeapInterval < _options.Interval ? _options.HeapInterval : _options.Interval;

    public PressureReading Read()
    {
        _statistics.Observe();
        var used = _gc.Used;
        var (heap, ask) = _heap.Take(used, _statistics.Limit, _statistics.FullEnded);
        if (ask)
            Ask(used);

        var now = _time.GetTimestamp();
        if (_time.GetElapsedTime(_judged, now) >= _options.Interval)
        {
            _judged = now;
            _verdict = _rules.Judge(_statistics.Figures());
        }

        return heap.Pressure > _verdict.Pressure ? heap : _verdict;
    }

    private void Ask(long used)
    {
        GuardedLog.Write(() => MemoryLog.FullCollectionAsked(_logger, used, _statistics.Limit));
        _gc.CollectInBackground();
    }
}
