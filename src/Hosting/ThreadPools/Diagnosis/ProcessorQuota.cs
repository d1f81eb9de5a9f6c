using CrashShield.Hosting.Containers;

namespace CrashShield.Hosting.ThreadPools.Diagnosis;

/// <summary>The processor quota of one cgroup (Documentation/admin-guide/cgroup-v2.rst, scheduler/sched-bwc.rst).</summary>
internal sealed class ProcessorQuota(KernelValue quota, KernelValue period, KernelValue throttled)
{
    // The kernel's default, in microseconds.
    private const double DefaultPeriod = 100_000;

    /// <summary>Whether there is one.</summary>
    public bool IsSet => Processors < double.PositiveInfinity;

    /// <summary>How many processors it allows; infinite without one.</summary>
    public double Processors { get; private set; } = double.PositiveInfinity;

    /// <summary>The quotas of the process's cgroup and of those above: each holds.</summary>
    public static IEnumerable<ProcessorQuota> Find(Cgroup cgroup, KernelFiles files)
    {
        if (cgroup.Cpu is not { } cpu)
            yield break;

        foreach (var directory in cpu.Limiting(cpu.IsV2 ? "cpu.max" : "cpu.cfs_quota_us"))
        {
            var throttled = files.Value(directory, "cpu.stat", "nr_throttled ");
            // v2 has both numbers in a line: "max 100000".
            yield return cpu.IsV2
                ? new(files.Value(directory, "cpu.max"), files.Value(directory, "cpu.max", "", " "), throttled)
                : new(files.Value(directory, "cpu.cfs_quota_us"), files.Value(directory, "cpu.cfs_period_us"), throttled);
        }
    }

    /// <summary>Reads it again.</summary>
    public void Refresh()
    {
        // v1 writes -1 for none, which is no number here.
        var isSet = quota.TryRead(out var microseconds) && microseconds is > 0 and < long.MaxValue;
        Processors = isSet ? microseconds / (period.TryRead(out var length) && length > 0 ? length : DefaultPeriod) : double.PositiveInfinity;
    }

    public bool TryReadThrottled(out long periods) => throttled.TryRead(out periods);
}
