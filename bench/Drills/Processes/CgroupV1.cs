using System.Globalization;

namespace CrashShield.Drills.Processes;

/// <summary>A real cgroup (v1) below the drill's own in one hierarchy.</summary>
internal sealed class CgroupV1 : IAsyncDisposable
{
    private const string Mount = "/sys/fs/cgroup";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private readonly string _directory;

    private CgroupV1(string directory) => _directory = directory;

    /// <summary>The file that a process is to write itself into, to start in it.</summary>
    public string Processes => PathOf("cgroup.procs");

    /// <param name="hierarchy">Which, by the name of its controller.</param>
    /// <param name="limits">What is written into which of its files, in this order.</param>
    /// <exception cref="InvalidOperationException">There is no such hierarchy, or it is not ours to write.</exception>
    public static CgroupV1 Create(string hierarchy, params (string File, long Value)[] limits)
    {
        var own = File.ReadLines("/proc/self/cgroup").Select(line => line.Split(':', 3)).FirstOrDefault(fields => fields[1] == hierarchy)?[2];
        var cgroup = new CgroupV1($"{Mount}/{hierarchy}{own?.TrimEnd('/')}/crashshield-drill-{Environment.ProcessId}-{Guid.NewGuid():N}");
        try
        {
            Directory.CreateDirectory(cgroup._directory);
            foreach (var (file, value) in limits)
                File.WriteAllText(cgroup.PathOf(file), value.ToString(CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException($"This drill needs root and a {hierarchy} hierarchy of cgroup v1 that it may write to.", e);
        }

        return cgroup;
    }

    public string PathOf(string file) => Path.Combine(_directory, file);

    public async ValueTask DisposeAsync() =>
        // rmdir is refused until the last process has been reaped.
        await Until.IsSoAsync(() => Task.FromResult(IsRemoved()), Deadline, CancellationToken.None);

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
