using System.Globalization;
using CrashShield.Drills.Processes;

namespace CrashShield.Drills.MemoryLimit;

/// <summary>A real memory cgroup (v1) below the drill's own.</summary>
internal sealed class MemoryCgroup : IAsyncDisposable
{
    private const string Mount = "/sys/fs/cgroup/memory";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private readonly string _directory;

    private MemoryCgroup(string directory) => _directory = directory;

    public string Processes => Path.Combine(_directory, "cgroup.procs");

    public long Killed => Field("memory.oom_control", "oom_kill ");

    /// <summary>Usage without the page cache that nobody uses.</summary>
    public long WorkingSet =>
        Math.Max(0, long.Parse(File.ReadAllText(Path.Combine(_directory, "memory.usage_in_bytes")), CultureInfo.InvariantCulture) - Field("memory.stat", "total_inactive_file "));

    /// <exception cref="InvalidOperationException">There is no such hierarchy, or it is not ours to write.</exception>
    public static MemoryCgroup Create(long limit)
    {
        var own = File.ReadLines("/proc/self/cgroup").Select(line => line.Split(':', 3)).FirstOrDefault(fields => fields[1] == "memory")?[2];
        var cgroup = new MemoryCgroup($"{Mount}{own?.TrimEnd('/')}/crashshield-drill-{Environment.ProcessId}-{Guid.NewGuid():N}");
        try
        {
            Directory.CreateDirectory(cgroup._directory);
            File.WriteAllText(Path.Combine(cgroup._directory, "memory.limit_in_bytes"), limit.ToString(CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException("This drill needs root and a memory hierarchy of cgroup v1 that it may write to.", e);
        }

        return cgroup;
    }

    public async ValueTask DisposeAsync() =>
        // rmdir is refused until the last process has been reaped.
        await Until.IsSoAsync(() => Task.FromResult(IsRemoved()), Deadline, CancellationToken.None);

    private long Field(string file, string name) => long.Parse(
        File.ReadLines(Path.Combine(_directory, file)).First(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..], CultureInfo.InvariantCulture);

    private bool IsRemoved()
    {
        try
        {
            Directory.Delete(_directory);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
