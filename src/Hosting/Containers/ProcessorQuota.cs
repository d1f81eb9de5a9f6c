namespace CrashShield.Hosting.Containers;

/// <summary>How much processor time a cgroup has used, and how many processors its quota gives it.</summary>
/// <param name="used">The time used.</param>
/// <param name="perMicrosecond">How many of it are a microsecond.</param>
/// <param name="quota">The microseconds of each period that it may use.</param>
/// <param name="period">The microseconds of a period.</param>
internal sealed class ProcessorQuota(KernelValue used, long perMicrosecond, KernelValue quota, KernelValue period)
{
    public bool TryRead(out long usedMicroseconds, out double processors)
    {
        (usedMicroseconds, processors) = (0, 0);
        // "max" and -1, no quota, are no numbers here.
        if (!quota.TryRead(out var share) || !period.TryRead(out var of) || of <= 0 || share is <= 0 or long.MaxValue || !used.TryRead(out var time))
            return false;

        (usedMicroseconds, processors) = (time / perMicrosecond, share / (double)of);
        return true;
    }
}
