using CrashShield.Hosting.Circuit;

namespace CrashShield.Hosting.Containers;

/// <summary>
/// The share of the scheduler's periods in which the container used up its processor time, once it has used up nearly all that the quota gives: under a quota of half a processor a burst of a
/// few milliseconds is throttled, and a service with time to spare has one in every fourth period. It only degrades: a restart would need more of what is short.
/// </summary>
internal sealed class ThrottlingSignal(KernelValue periods, KernelValue throttled, ProcessorQuota quota, ContainerOptions options, TimeProvider time) : ContainerSignal
{
    // Of what the quota gives over the window.
    private const double UsedUp = 0.9;

    // What is always so on a busy service.
    private const double Watched = 0.5;

    private readonly SampleWindow _periods = new(options.ThrottleWindow, options.Interval, time);
    private readonly SampleWindow _throttled = new(options.ThrottleWindow, options.Interval, time);
    private readonly SampleWindow _used = new(options.ThrottleWindow, options.Interval, time);
    private readonly PressureScale _scale = new(options.ThrottleRecoverAt, options.ThrottleDegradeAt, double.PositiveInfinity);
    private double _share;
    private double _usedShare;

    public override string Reason =>
        $"cpu: throttled in {_share * 100:F0} % of the periods of {options.ThrottleWindow.TotalSeconds:F0} s, {_usedShare * 100:F0} % of the quota used";

    protected override bool TryMeasure(long now, out double pressure)
    {
        pressure = 0;
        if (!TryTake(periods, out var all) || !TryTake(throttled, out var some))
            return false;

        _periods.Add(now, all);
        _throttled.Add(now, some);
        var (change, elapsed) = _periods.Over(options.ThrottleWindow);
        _share = elapsed >= options.ThrottleWindow && change > 0 ? _throttled.Over(options.ThrottleWindow).Change / (double)change : 0;
        _usedShare = UsedShare(now);
        pressure = _usedShare >= UsedUp ? _scale.Of(_share) : Math.Min(Watched, _scale.Of(_share));
        return true;
    }

    // Where it cannot be told it is not held against the process.
    private double UsedShare(long now)
    {
        if (!quota.TryRead(out var used, out var processors))
            return 0;

        _used.Add(now, used);
        var (change, elapsed) = _used.Over(options.ThrottleWindow);
        return elapsed >= options.ThrottleWindow ? change / (processors * elapsed.TotalMicroseconds) : 0;
    }
}
