using CrashShield.Drills.Processes;

namespace CrashShield.Drills.Ordinary;

/// <summary>A real processor quota, as a container has it.</summary>
internal static class CpuCgroup
{
    private const int PeriodMicroseconds = 100_000;

    /// <exception cref="InvalidOperationException">There is no such hierarchy, or it is not ours to write.</exception>
    public static CgroupV1 Create(double processors) =>
        CgroupV1.Create("cpu", ("cpu.cfs_period_us", PeriodMicroseconds), ("cpu.cfs_quota_us", (long)(processors * PeriodMicroseconds)));
}
