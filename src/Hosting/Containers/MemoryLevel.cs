namespace CrashShield.Hosting.Containers;

/// <summary>What one cgroup on the way up uses of its memory.</summary>
internal sealed class MemoryLevel(KernelValue limit, MemoryInUse inUse)
{
    public const long NoLimit = long.MaxValue;

    // v1 writes "no limit" as the greatest number of whole pages, and a page has 64 KiB at most.
    private const long FirstNoLimit = long.MaxValue & ~0xFFFFL;

    public KernelValue LimitFile => limit;

    public MemoryInUse InUse => inUse;

    /// <summary>The limit as it was read last.</summary>
    public long Limit { get; private set; } = NoLimit;

    public bool IsLimitKnown { get; private set; }

    /// <summary>The process's cgroup and those above it.</summary>
    public static IEnumerable<MemoryLevel> Find(CgroupChain memory, KernelFiles files)
    {
        var limit = memory.IsV2 ? "memory.max" : "memory.limit_in_bytes";
        return memory.Limiting(limit).Select(directory => new MemoryLevel(files.Value(directory, limit), MemoryInUse.Of(memory.IsV2, directory, files)));
    }

    public void RefreshLimit()
    {
        IsLimitKnown = limit.TryRead(out var bytes);
        if (IsLimitKnown)
            Limit = bytes >= FirstNoLimit ? NoLimit : bytes;
    }
}
