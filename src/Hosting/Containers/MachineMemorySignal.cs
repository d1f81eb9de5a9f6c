using CrashShield.Hosting.Circuit;

namespace CrashShield.Hosting.Containers;

/// <summary>
/// The memory of the machine, for a process that has no limit of its own. It only degrades: a circuit that stays open ends in a restart, and that does not help
/// against a neighbour.
/// </summary>
internal sealed class MachineMemorySignal(KernelValue available, KernelValue total, WorkingSetSignal? workingSet, ContainerOptions options) : ContainerSignal
{
    private readonly PressureScale _scale = new(options.MemoryRecoverAt, options.MemoryDegradeAt, double.PositiveInfinity);
    private double _used;

    public override string Reason => $"memory: {_used * 100:F0} % of the machine's in use";

    protected override bool TryMeasure(long now, out double pressure)
    {
        pressure = 0;
        if (!TryTake(available, out var free) || !TryTake(total, out var all))
            return false;

        _used = all > 0 ? 1 - (free / (double)all) : 0;
        if (workingSet is not { HasLimit: true })
            pressure = _scale.Of(_used);
        return true;
    }
}
