namespace CrashShield.Hosting.Containers;

/// <summary>What one cgroup on the way up uses of its memory.</summary>
internal sealed class MemoryLevel(KernelValue limit, KernelValue usage, KernelValue inactiveFile)
{
    public const long NoLimit = long.MaxValue;

    // v1 writes "no limit" as the greatest number of whole pages, and a page has 64 KiB at most.
    private const long FirstNoLimit = long.MaxValue & ~0xFFFFL;

    public KernelValue LimitFile => limit;

    public KernelValue UsageFile => usage;

    /// <summary>The page cache that nobody uses: the kernel takes it back before anything else.</summary>
    public KernelValue InactiveFile => inactiveFile;

    /// <summary>The limit as it was read last.</summary>
    public long Limit { get; private set; } = NoLimit;

    public bool IsLimitKnown { get; private set; }

    /// <summary>The process's cgroup and those above it.</summary>
    public static IEnumerable<MemoryLevel> Find(CgroupChain memory, KernelFiles files)
    {
        var (limit, usage, inactive) = memory.IsV2
            ? ("memory.max", "memory.current", "inactive_file ")
            : ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file ");
        return memory.Limiting(limit).Select(directory => new MemoryLevel(
            files.Value(directory, limit), files.Value(directory, usage), files.Value(directory, "memory.stat", inactive)));
    }

    public void RefreshLimit()
    {
        IsLimitKnown = limit.TryRead(out var bytes);
        if (IsLimitKnown)
            Limit = bytes >= FirstNoLimit ? NoLimit : bytes;
    }
}
