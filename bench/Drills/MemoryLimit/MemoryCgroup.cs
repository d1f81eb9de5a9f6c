using System.Globalization;
using CrashShield.Drills.Processes;

namespace CrashShield.Drills.MemoryLimit;

/// <summary>A real memory cgroup (v1) below the drill's own.</summary>
internal sealed class MemoryCgroup : IAsyncDisposable
{
    private readonly CgroupV1 _cgroup;

    private MemoryCgroup(CgroupV1 cgroup) => _cgroup = cgroup;

    public string Processes => _cgroup.Processes;

    public long Killed => Field("memory.oom_control", "oom_kill ");

    /// <summary>Usage without the page cache that nobody uses.</summary>
    public long WorkingSet =>
        Math.Max(0, long.Parse(File.ReadAllText(_cgroup.PathOf("memory.usage_in_bytes")), CultureInfo.InvariantCulture) - Field("memory.stat", "total_inactive_file "));

    /// <exception cref="InvalidOperationException">There is no such hierarchy, or it is not ours to write.</exception>
    public static MemoryCgroup Create(long limit) => new(CgroupV1.Create("memory", ("memory.limit_in_bytes", limit)));

    public ValueTask DisposeAsync() => _cgroup.DisposeAsync();

    private long Field(string file, string name) => long.Parse(
        File.ReadLines(_cgroup.PathOf(file)).First(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..], CultureInfo.InvariantCulture);
}
