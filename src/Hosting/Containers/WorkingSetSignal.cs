using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.Memory;

namespace CrashShield.Hosting.Containers;

/// <summary>
/// The memory that the kernel cannot simply take back, against the limit: of this cgroup and of each above, because a limit there is shared with others.
/// </summary>
internal sealed class WorkingSetSignal : ContainerSignal
{
    private readonly MemoryLevel[] _levels;
    private readonly MemoryForecast[] _forecasts;
    private readonly PressureScale _scale;
    private int _worst;
    private long _workingSet;
    private bool _isForecast;

    public WorkingSetSignal(MemoryLevel[] levels, IGarbageCollector gc, ContainerOptions options, TimeProvider time)
    {
        _levels = levels;
        _forecasts = [.. levels.Select(_ => new MemoryForecast(gc, options, time))];
        _scale = new(options.MemoryRecoverAt, options.MemoryDegradeAt, options.MemoryOpenAt);
        RefreshLimits();
    }

    /// <summary>The smallest limit on the way up.</summary>
    public long Limit { get; private set; }

    public bool HasLimit => Limit != MemoryLevel.NoLimit;

    /// <summary>The share that is used at the level where it is highest.</summary>
    public double Share { get; private set; }

    public override string Reason
    {
        get
        {
            var (limit, forecast) = (_levels[_worst].Limit, _forecasts[_worst]);
            if (!_isForecast)
                return $"memory: {Bytes.Text(_workingSet)} of {Bytes.Text(limit)} in use ({Share * 100:F0} %)";
            return forecast.IsOnTheWay
                ? $"memory: {Bytes.Text(_workingSet)} of {Bytes.Text(limit)} in use, growing by {Bytes.Text((long)forecast.BytesPerSecond)}/s: full in {forecast.SecondsLeft:F0} s"
                : $"memory: {Bytes.Text(_workingSet)} of {Bytes.Text(limit)} in use, and it has just been growing fast";
        }
    }

    public void RefreshLimits()
    {
        Limit = MemoryLevel.NoLimit;
        foreach (var level in _levels)
        {
            level.RefreshLimit();
            Limit = Math.Min(Limit, level.Limit);
        }
    }

    protected override bool TryMeasure(long now, out double pressure)
    {
        (pressure, Share) = (0, 0);
        for (var i = 0; i < _levels.Length; i++)
        {
            var level = _levels[i];
            if (!level.IsLimitKnown)
                return Blind(level.LimitFile);
            if (level.Limit == MemoryLevel.NoLimit)
                continue;
            if (!level.InUse.TryRead(out var inUse))
                return Blind(level.InUse.Unread);

            Compare(i, now, inUse, ref pressure);
        }

        return true;
    }

    private void Compare(int index, long now, long workingSet, ref double pressure)
    {
        var limit = _levels[index].Limit;
        var share = workingSet / (double)Math.Max(1, limit);
        var (byShare, byForecast) = (_scale.Of(share), _forecasts[index].Of(now, workingSet, limit));
        Share = Math.Max(Share, share);
        if (Math.Max(byShare, byForecast) < pressure)
            return;

        pressure = Math.Max(byShare, byForecast);
        (_worst, _workingSet, _isForecast) = (index, workingSet, byForecast > byShare);
    }
}
