namespace CrashShield.Hosting.Containers;

/// <summary>The processor quota of one cgroup (Documentation/admin-guide/cgroup-v2.rst, scheduler/sched-bwc.rst).</summary>
/// <param name="quota">The microseconds of each period that it may use.</param>
/// <param name="period">The microseconds of a period.</param>
/// <param name="throttled">The periods in which it was stopped.</param>
/// <param name="used">The processor time used.</param>
/// <param name="perMicrosecond">How many of it are a microsecond.</param>
internal sealed class ProcessorQuota(KernelValue quota, KernelValue period, KernelValue throttled, KernelValue used, long perMicrosecond)
{
    /// <summary>The quotas of the process's cgroup and of those above: each holds.</summary>
    public static IEnumerable<ProcessorQuota> Find(CgroupChain cpu, KernelFiles files) =>
        cpu.Limiting(cpu.IsV2 ? "cpu.max" : "cpu.cfs_quota_us").Select(directory => Of(cpu.IsV2, directory, files));

    /// <summary>That of one cgroup.</summary>
    public static ProcessorQuota Of(bool isV2, string directory, KernelFiles files)
    {
        var throttled = files.Value(directory, "cpu.stat", "nr_throttled ");
        // v2 has both numbers in a line: "max 100000". v1 counts in cpuacct, nanoseconds, which is nearly always mounted together with cpu.
        return isV2
            ? new(files.Value(directory, "cpu.max"), files.Value(directory, "cpu.max", "", " "), throttled, files.Value(directory, "cpu.stat", "usage_usec "), 1)
            : new(files.Value(directory, "cpu.cfs_quota_us"), files.Value(directory, "cpu.cfs_period_us"), throttled, files.Value(directory, "cpuacct.usage"), 1000);
    }

    /// <summary>Reads how many processors it allows.</summary>
    /// <returns>False when there is none.</returns>
    public bool TryReadProcessors(out double processors)
    {
        processors = 0;
        // "max" and -1, no quota, are no numbers here.
        if (!quota.TryRead(out var share) || !period.TryRead(out var of) || of <= 0 || share is <= 0 or long.MaxValue)
            return false;

        processors = share / (double)of;
        return true;
    }

    /// <summary>Reads the processor time used as well.</summary>
    public bool TryRead(out long usedMicroseconds, out double processors)
    {
        usedMicroseconds = 0;
        if (!TryReadProcessors(out processors) || !used.TryRead(out var time))
            return false;

        usedMicroseconds = time / perMicrosecond;
        return true;
    }

    /// <summary>Reads in how many periods it has stopped the cgroup.</summary>
    public bool TryReadThrottled(out long periods) => throttled.TryRead(out periods);
}
