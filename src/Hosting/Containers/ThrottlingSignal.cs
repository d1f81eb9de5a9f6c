using CrashShield.Hosting.Circuit;

namespace CrashShield.Hosting.Containers;

/// <summary>The share of the scheduler's periods in which the container used up its processor time. It only degrades: a restart would need more of what is short.</summary>
internal sealed class ThrottlingSignal(KernelValue periods, KernelValue throttled, ContainerOptions options, TimeProvider time) : ContainerSignal
{
    private readonly SampleWindow _periods = new(options.ThrottleWindow, options.Interval, time);
    private readonly SampleWindow _throttled = new(options.ThrottleWindow, options.Interval, time);
    private readonly PressureScale _scale = new(options.ThrottleRecoverAt, options.ThrottleDegradeAt, double.PositiveInfinity);
    private double _share;

    public override string Reason => $"cpu: throttled in {_share * 100:F0} % of the periods of {options.ThrottleWindow.TotalSeconds:F0} s";

    protected override bool TryMeasure(long now, out double pressure)
    {
        pressure = 0;
        if (!TryTake(periods, out var all) || !TryTake(throttled, out var some))
            return false;

        _periods.Add(now, all);
        _throttled.Add(now, some);
        var (change, elapsed) = _periods.Over(options.ThrottleWindow);
        _share = elapsed >= options.ThrottleWindow && change > 0 ? _throttled.Over(options.ThrottleWindow).Change / (double)change : 0;
        pressure = _scale.Of(_share);
        return true;
    }
}
