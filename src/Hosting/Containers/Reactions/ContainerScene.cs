using System.Globalization;
using CrashShield.Hosting.Snapshots;

namespace CrashShield.Hosting.Containers.Reactions;

/// <summary>The container as the kernel shows it, in texts for a person: its files, its processes, and where the threads of this process wait.</summary>
/// <param name="root">Where <c>/proc</c> and the mounts are.</param>
internal sealed class ContainerScene(string root)
{
    // Of both versions, and none whose reading does anything.
    private static readonly string[] Files =
    [
        "cgroup.procs", "cgroup.events", "memory.current", "memory.peak", "memory.low", "memory.high", "memory.max", "memory.swap.current", "memory.swap.max", "memory.events",
        "memory.events.local", "memory.pressure", "memory.stat", "memory.usage_in_bytes", "memory.max_usage_in_bytes", "memory.limit_in_bytes", "memory.failcnt",
        "memory.oom_control", "pids.current", "pids.peak", "pids.max", "pids.events", "pids.events.local", "cpu.max", "cpu.pressure", "cpu.stat", "cpu.cfs_quota_us",
        "cpu.cfs_period_us", "io.pressure",
    ];

    // At pids.max there may be thousands, and reading a stack holds up its thread.
    private const int MaxThreads = 2000;

    private readonly string _proc = Path.Combine(root, "proc");

    /// <summary>The files of a bundle, the most telling first.</summary>
    public IReadOnlyList<SnapshotStep> Steps =>
        [new("cgroup.txt", stream => Write(stream, Cgroups())), new("processes.txt", stream => Write(stream, Processes())), new("kernel-stacks.txt", stream => Write(stream, Stacks()))];

    /// <summary>The threads of this process, the largest group first; none where the kernel does not show them.</summary>
    public IReadOnlyList<ThreadGroup> Threads() => ThreadGroup.Of(Path.Combine(_proc, "self", "task"), MaxThreads);

    private IEnumerable<string> Cgroups() =>
        from directory in Directories(chain => chain.Directories)
        from file in Files.Select(file => Path.Combine(directory, file)).Where(KernelFile.Exists)
        from line in (string[])[$"==> {file} <==", .. KernelFile.Lines(file), ""]
        select line;

    private IEnumerable<string> Processes()
    {
        yield return "process threads resident name";
        foreach (var id in Directories(chain => [chain.Own]).SelectMany(directory => KernelFile.Lines(Path.Combine(directory, "cgroup.procs"))).Distinct())
        {
            // Without arguments, which may hold secrets. A process of another namespace is 0, and one that has ended has no status.
            var status = KernelFile.Lines(Path.Combine(_proc, id, "status"));
            yield return $"{id} {Field("Threads:")} {Field("VmRSS:")} {Field("Name:")}";

            string Field(string name) => Array.Find(status, line => line.StartsWith(name, StringComparison.Ordinal))?[name.Length..].Trim() ?? "?";
        }
    }

    private IEnumerable<string> Stacks()
    {
        foreach (var group in Threads())
        {
            yield return group.Title;
            yield return string.Create(CultureInfo.InvariantCulture, $"ids: {string.Join(' ', group.Ids)}");
            foreach (var frame in group.Stack)
                yield return frame;
            yield return "";
        }
    }

    private IEnumerable<string> Directories(Func<CgroupChain, IEnumerable<string>> of)
    {
        var cgroup = Cgroup.Find(root);
        return new[] { cgroup.Memory, cgroup.Pids, cgroup.Cpu }.OfType<CgroupChain>().SelectMany(of).Distinct();
    }

    private static void Write(Stream stream, IEnumerable<string> lines)
    {
        using var writer = new StreamWriter(stream, leaveOpen: true);
        foreach (var line in lines)
            writer.WriteLine(line);
    }
}
