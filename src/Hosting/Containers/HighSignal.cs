namespace CrashShield.Hosting.Containers;

/// <summary>The times that <c>memory.high</c> was exceeded: the kernel then slows the tasks down to reclaim (Documentation/admin-guide/cgroup-v2.rst).</summary>
internal sealed class HighSignal(
    KernelValue high, MemoryInUse inUse, StallSignal stall, ContainerOptions options, TimeProvider time) : ContainerSignal
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan TooLong = TimeSpan.FromSeconds(5);

    // The kernel counts once for each time it reclaims, so one that goes on has pauses.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private const double StalledAt = 0.4;
    private const double LeastInUse = 0.85;
    private const double Degrade = 0.9;

    private readonly SampleWindow _samples = new(Window, options.Interval, time);
    private long _before = -1;
    private long _counted;
    private long _begun;
    private long _last;
    private bool _isOn;
    private bool _isHigh;

    public override string? Critical => Pressure >= 1 ? "memory-high" : null;

    public override string Reason => $"memory.high exceeded {_counted} times in {Window.TotalSeconds:F0} s";

    protected override bool TryMeasure(long now, out double pressure)
    {
        pressure = 0;
        if (!TryTake(high, out var count))
            return false;

        _samples.Add(now, count);
        _counted = _samples.Over(Window).Change;
        Follow(now, isNew: _before >= 0 && count > _before);
        _before = count;
        _isHigh = _counted >= options.HighEvents || (_isHigh && time.GetElapsedTime(_last, now) < Hold);
        if (_isHigh)
            pressure = PressureOf(isStalled: stall.FullShare >= StalledAt, isLong: time.GetElapsedTime(_begun, now) > TooLong);
        return true;
    }

    private double PressureOf(bool isStalled, bool isLong)
    {
        // Page cache fills a container up to memory.high as well, and is taken back without harm: any service that reads files comes there.
        var isInUse = IsInUse();
        if (_isOn && (isStalled || (isLong && isInUse)))
            return 1;
        return isStalled || isInUse ? Degrade : 0;
    }

    // What cannot be read is taken for the worse.
    private bool IsInUse() => !inUse.TryRead(out var bytes) || bytes >= inUse.Usage * LeastInUse;

    private void Follow(long now, bool isNew)
    {
        if (isNew)
        {
            _begun = _isOn ? _begun : now;
            (_last, _isOn) = (now, true);
        }
        else if (_isOn && time.GetElapsedTime(_last, now) > Pause)
        {
            _isOn = false;
        }
    }
}
