using CrashShield.Hosting.Circuit;

namespace CrashShield.Hosting.Containers;

/// <summary>
/// The memory of the machine, for a process that has no limit of its own, as far as it is this process's to give back: where others have filled the machine, as a database or a developer's
/// tools do for good, nothing that this process sheds would help. It only degrades: a circuit that stays open ends in a restart, and that does not help against a neighbour.
/// </summary>
internal sealed class MachineMemorySignal(KernelValue available, KernelValue total, KernelValue own, WorkingSetSignal? workingSet, ContainerOptions options) : ContainerSignal
{
    // What is always so on some machines.
    private const double Watched = 0.5;

    private readonly PressureScale _scale = new(options.MemoryRecoverAt, options.MemoryDegradeAt, double.PositiveInfinity);
    private double _used;
    private double _own;

    public override string Reason => $"memory: {_used * 100:F0} % of the machine's in use, {_own * 100:F0} % by this process";

    protected override bool TryMeasure(long now, out double pressure)
    {
        pressure = 0;
        if (!TryTake(available, out var free) || !TryTake(total, out var all))
            return false;

        _used = all > 0 ? 1 - (free / (double)all) : 0;
        if (workingSet is { HasLimit: true })
            return true;

        pressure = _scale.Of(_used);
        if (_used > options.MemoryRecoverAt && !HelpsToShed(all))
            pressure = Math.Min(Watched, pressure);
        return true;
    }

    // Whether the machine would be well without this process. Where that cannot be told it is not held against the process.
    private bool HelpsToShed(long all)
    {
        _own = own.TryRead(out var kibibytes) ? kibibytes / (double)all : 0;
        return _used - _own <= options.MemoryRecoverAt;
    }
}
