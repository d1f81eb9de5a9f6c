namespace CrashShield.Hosting.Containers;

/// <summary>Where the limits of this process stand. A controller that is not there limits nothing.</summary>
internal sealed record Cgroup(CgroupChain? Memory, CgroupChain? Pids, CgroupChain? Cpu)
{
    /// <summary>v2, v1 or none. A machine may have both mounted; what counts is where memory is.</summary>
    public string Source => (Memory ?? Pids ?? Cpu) switch
    {
        null => "none",
        { IsV2: true } => "v2",
        _ => "v1",
    };

    /// <summary>Finds it.</summary>
    /// <param name="root">Where <c>/proc</c> and the mounts are: <c>/</c> but in tests.</param>
    public static Cgroup Find(string root)
    {
        var self = Path.Combine(root, "proc/self");
        var mounts = KernelFile.Lines(Path.Combine(self, "mountinfo")).Select(CgroupMount.Parse).OfType<CgroupMount>()
            .Select(mount => mount with { Point = root.TrimEnd('/') + mount.Point })
            .ToArray();
        // hierarchy:controllers:path, see cgroups(7).
        var own = KernelFile.Lines(Path.Combine(self, "cgroup")).Select(line => line.Split(':', 3)).Where(fields => fields.Length == 3).ToArray();
        return new(
            Chain("memory", ["memory.max", "memory.current"], ["memory.limit_in_bytes", "memory.usage_in_bytes"]),
            Chain("pids", ["pids.max", "pids.current"], ["pids.max", "pids.current"]),
            Chain("cpu", ["cpu.max"], ["cpu.cfs_quota_us"]));

        // A controller is in one hierarchy only. The root cgroup of a machine has no limits and lacks the files.
        CgroupChain? Chain(string controller, string[] v2Files, string[] v1Files) =>
            Pick(mounts.Where(mount => mount.Controllers.Contains(controller)), own.FirstOrDefault(fields => fields[1].Split(',').Contains(controller)), v1Files)
            ?? Pick(mounts.Where(mount => mount.IsV2), own.FirstOrDefault(fields => fields is ["0", "", _]), v2Files);
    }

    // From the lowest cgroup on that has the controller: of v2, one below may be without it, and what holds above holds there.
    private static CgroupChain? Pick(IEnumerable<CgroupMount> mounts, string[]? own, string[] files) => mounts
        .Select(mount => new CgroupChain(mount.IsV2, [.. mount.Directories(own?[2] ?? "/").Where(KernelFile.IsDirectory).SkipWhile(directory => !HasAny(directory, files))]))
        .FirstOrDefault(chain => chain.Directories.Count > 0);

    private static bool HasAny(string directory, string[] files) => Array.Exists(files, file => KernelFile.Exists(Path.Combine(directory, file)));
}
