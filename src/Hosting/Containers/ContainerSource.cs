using System.Diagnostics.Metrics;
using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.Containers.Reactions;
using CrashShield.Hosting.Failures;
using CrashShield.Hosting.Memory;
using CrashShield.Hosting.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Containers;

/// <summary>The pressure of the container's limits: the highest of its signals. Reads files that were opened at the start, so that a tick allocates nothing where memory is short.</summary>
internal sealed class ContainerSource : IPressureSource, IDisposable
{
    private const double ReasonAbove = 0.8;

    private readonly KernelFiles _files = new();
    private readonly ContainerSignal[] _signals;
    private readonly WorkingSetSignal? _workingSet;
    private readonly ContainerOptions _options;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly Action _refreshCollector;
    private readonly CriticalWatch? _watch;
    private long _limitsRead;
    private bool _collectorOwes;

    public ContainerSource(
        KernelRoot root, IGarbageCollector gc, CriticalWatch watch, ShieldMeter meter, ILogger<ContainerSource> logger, IOptions<CrashShieldOptions> options, TimeProvider time)
        : this(root.Path, gc, GC.RefreshMemoryLimit, meter, logger, options.Value.Containers, time, watch)
    {
    }

    internal ContainerSource(
        string root, IGarbageCollector gc, Action refreshCollector, ShieldMeter meter, ILogger logger, ContainerOptions options, TimeProvider time, CriticalWatch? watch = null)
    {
        _watch = watch;
        (_refreshCollector, _logger, _options, _time) = (refreshCollector, logger, options, time);
        var cgroup = Cgroup.Find(root);
        var signals = new ContainerSignals(cgroup, root, _files, gc, options, time);
        (_workingSet, _signals) = (signals.WorkingSet, signals.OpenAll());
        _limitsRead = time.GetTimestamp();
        var source = new KeyValuePair<string, object?>(TagNames.Source, cgroup.Source);
        meter.CreateGauge(
            "crashshield.cgroup.source", "{source}", "1 for where the container's limits are read: v2, v1 or none.", () => [new Measurement<double>(1, source)]);
        GuardedLog.Write(() => ContainerLog.Found(
            logger, cgroup.Source, Bytes.Text(_workingSet?.Limit ?? MemoryLevel.NoLimit), cgroup.Memory?.Own ?? "no cgroup", _signals.Length));
    }

    public string Name => "container";

    public TimeSpan Interval => _options.Interval;

    public PressureReading Read()
    {
        var now = _time.GetTimestamp();
        _files.BeginTick();
        if (_time.GetElapsedTime(_limitsRead, now) >= _options.LimitInterval)
            RefreshLimits(now);

        ContainerSignal? worst = null, critical = null;
        foreach (var signal in _signals)
        {
            if (!signal.TryRead(now))
            {
                TellBlind(signal);
                continue;
            }

            if (worst is null || signal.Pressure > worst.Pressure)
                worst = signal;
            if (signal.Critical is not null)
                critical ??= signal;
        }

        _watch?.Observe(now, critical);

        if (worst is null)
            throw new InvalidOperationException($"None of the kernel's files about limits can be read, {_signals[0].Unread} among them.");
        return worst.Pressure > ReasonAbove ? new(worst.Pressure, worst.Reason) : new(worst.Pressure);
    }

    public void Dispose() => _files.Dispose();

    private void RefreshLimits(long now)
    {
        _limitsRead = now;
        _files.Reopen();
        if (_workingSet is null)
            return;

        var before = _workingSet.Limit;
        _workingSet.RefreshLimits();
        if (_workingSet.Limit != before)
            TellChanged(before, _workingSet.Limit);
        else if (_collectorOwes)
            TellCollector(isNew: false);
    }

    private void TellChanged(long before, long after)
    {
        GuardedLog.Write(() => ContainerLog.LimitChanged(_logger, Bytes.Text(before), Bytes.Text(after)));
        TellCollector(isNew: true);
    }

    private void TellCollector(bool isNew)
    {
        _collectorOwes = false;
        try
        {
            _refreshCollector();
        }
        catch (InvalidOperationException e)
        {
            // It keeps the old limit while it has more than the new one in use, and is asked again.
            _collectorOwes = true;
            if (isNew)
                GuardedLog.Write(() => ContainerLog.LimitRefused(_logger, e));
        }
    }

    private void TellBlind(ContainerSignal signal)
    {
        if (signal.IsToldBlind)
            return;

        signal.IsToldBlind = true;
        LogBlind(signal.Unread);
    }

    private void LogBlind(string part) => GuardedLog.Write(() => ContainerLog.PartBlind(_logger, part));
}
