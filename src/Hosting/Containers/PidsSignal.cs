using CrashShield.Hosting.Circuit;

namespace CrashShield.Hosting.Containers;

/// <summary>
/// The tasks, threads included, against <c>pids.max</c>. At the limit no thread can be started, and .NET aborts the process for some that it needs.
/// </summary>
internal sealed class PidsSignal(KernelValue current, KernelValue max, ContainerOptions options) : ContainerSignal
{
    /// <summary>What too many tasks are called.</summary>
    public const string Name = "pids";

    private readonly PressureScale _scale = new(options.PidsRecoverAt, options.PidsDegradeAt, options.PidsOpenAt);
    private long _tasks;
    private long _limit;

    public override string? Critical => Pressure >= 1 ? Name : null;

    public override string Reason => $"pids: {_tasks} of {_limit} tasks";

    // Both are short; the limit is read each time because it costs nothing to.
    protected override bool TryMeasure(long now, out double pressure)
    {
        pressure = 0;
        if (!TryTake(max, out _limit) || (_limit != long.MaxValue && !TryTake(current, out _tasks)))
            return false;

        pressure = _limit == long.MaxValue ? 0 : _scale.Of(_tasks / (double)Math.Max(1, _limit));
        return true;
    }
}
