using CrashShield.Hosting.Circuit;

namespace CrashShield.Hosting.Containers;

/// <summary>
/// The share of time in which some or all of the container's tasks wait for memory (Documentation/accounting/psi.rst). From the change of <c>total</c>: the kernel's
/// averages lag, <c>avg10</c> showed 94.55 while the process had been frozen for 107 s.
/// </summary>
internal sealed class StallSignal(KernelValue some, KernelValue full, ContainerOptions options, TimeProvider time) : ContainerSignal
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan HardWindow = TimeSpan.FromSeconds(2);

    private readonly SampleWindow _some = new(Window, options.Interval, time);
    private readonly SampleWindow _full = new(Window, options.Interval, time);
    private readonly PressureScale _someScale = new(options.StallRecoverAt, options.StallDegradeAt, double.PositiveInfinity);
    private readonly PressureScale _fullScale = new(options.StallRecoverAt, options.StallDegradeAt, options.StallOpenAt);
    private double _someShare;
    private double _hardShare;

    /// <summary>The share of the last ten seconds in which all tasks waited; 0 until there are ten.</summary>
    public double FullShare { get; private set; }

    public override string? Critical => Pressure >= 1 ? "memory-pressure" : null;

    public override string Reason => _hardShare >= options.HardStallAt
        ? $"memory: tasks waited for it {_hardShare * 100:F0} % of the last {HardWindow.TotalSeconds:F0} s"
        : $"memory: some tasks waited for it {_someShare * 100:F0} %, all {FullShare * 100:F0} % of the last {Window.TotalSeconds:F0} s";

    protected override bool TryMeasure(long now, out double pressure)
    {
        pressure = 0;
        if (!TryTake(some, out var someTotal) || !TryTake(full, out var fullTotal))
            return false;

        _some.Add(now, someTotal);
        _full.Add(now, fullTotal);
        _someShare = Share(_some, Window);
        FullShare = Share(_full, Window);
        _hardShare = Share(_some, HardWindow);
        pressure = _hardShare >= options.HardStallAt ? 1 : Math.Max(_someScale.Of(_someShare), _fullScale.Of(FullShare));
        return true;
    }

    private static double Share(SampleWindow samples, TimeSpan window)
    {
        var (microseconds, elapsed) = samples.Over(window);
        return elapsed >= window ? microseconds / elapsed.TotalMicroseconds : 0;
    }
}
