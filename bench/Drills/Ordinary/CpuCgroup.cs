using System.Globalization;
using CrashShield.Drills.Processes;

namespace CrashShield.Drills.Ordinary;

/// <summary>A real processor quota (cgroup v1) below the drill's own group, as a container has it.</summary>
internal sealed class CpuCgroup : IAsyncDisposable
{
    private const string Mount = "/sys/fs/cgroup/cpu";
    private const int PeriodMicroseconds = 100_000;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private readonly string _directory;

    private CpuCgroup(string directory) => _directory = directory;

    public string Processes => Path.Combine(_directory, "cgroup.procs");

    /// <exception cref="InvalidOperationException">There is no such hierarchy, or it is not ours to write.</exception>
    public static CpuCgroup Create(double processors)
    {
        var own = File.ReadLines("/proc/self/cgroup").Select(line => line.Split(':', 3)).FirstOrDefault(fields => fields[1].Split(',').Contains("cpu"))?[2];
        var cgroup = new CpuCgroup($"{Mount}{own?.TrimEnd('/')}/crashshield-drill-{Environment.ProcessId}-{Guid.NewGuid():N}");
        try
        {
            Directory.CreateDirectory(cgroup._directory);
            Write("cpu.cfs_period_us", PeriodMicroseconds);
            Write("cpu.cfs_quota_us", (int)(processors * PeriodMicroseconds));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException("This drill needs root and a cpu hierarchy of cgroup v1 that it may write to.", e);
        }

        return cgroup;

        void Write(string file, int value) => File.WriteAllText(Path.Combine(cgroup._directory, file), value.ToString(CultureInfo.InvariantCulture));
    }

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
