namespace CrashShield.Init.Marker;

/// <summary>What the run marker says of a run.</summary>
internal sealed record RunState
{
    public int ProcessId { get; init; }

    public int WorkerProcessId { get; init; }

    public int Generation { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    /// <summary>/proc/sys/kernel/random/boot_id.</summary>
    public string? BootId { get; init; }

    /// <summary>How many of the kills that the cgroup has counted are accounted for.</summary>
    public long? OomKills { get; init; }

    /// <summary>Whether the kernel kills all of the cgroup, the init too, when it kills one for memory: <c>memory.oom.group</c>.</summary>
    public bool IsOomGroup { get; init; }

    /// <summary>Whether the init was told to stop.</summary>
    public bool IsStopping { get; init; }

    /// <summary>Whether the run came to its end.</summary>
    public bool HasEnded { get; init; }

    public Death? LastDeath { get; init; }
}
