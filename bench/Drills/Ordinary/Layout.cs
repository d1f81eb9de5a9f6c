using CrashShield.Drills.Processes;

namespace CrashShield.Drills.Ordinary;

/// <summary>
/// What the server runs on. As a rule it shares all processors with the load, as on a small machine: the work leaves most of them free. Where the processor itself is the matter, server
/// and load have one each.
/// </summary>
internal sealed record Layout
{
    public static readonly Layout Apart = new() { ServerCore = Core.OfServers, LoadCore = Core.OfLoad };

    /// <summary>The server's only processor.</summary>
    public int? ServerCore { get; init; }

    /// <summary>The load's, which is then a process of its own.</summary>
    public int? LoadCore { get; init; }

    /// <summary>The server's share of the processors that its cgroup allows: 0.5 is half of one.</summary>
    public double? Quota { get; init; }

    /// <summary>The memory that the server's cgroup allows.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Processes that compute all the time, beside the server.</summary>
    public int Neighbours { get; init; }
}
