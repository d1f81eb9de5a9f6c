namespace CrashShield.Init.Tests.Limits;

/// <summary>A tree of files as the kernel shows a cgroup v2, whose memory.high the test exceeds.</summary>
internal sealed class FakeLimits : IDisposable
{
    private const long Mebi = 1 << 20;
    private const string Own = "sys/fs/cgroup/app/";

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("init-limits");
    private int _high;

    public FakeLimits()
    {
        Write("proc/self/mountinfo", "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
        Write("proc/self/cgroup", "0::/app\n");
        Write(Own + "memory.max", $"{400 * Mebi}\n");
        Write(Own + "memory.high", $"{200 * Mebi}\n");
        Write(Own + "memory.stat", $"inactive_file {Mebi}\nactive_file {Mebi}\n");
        Use(100);
    }

    public string Root => _root.FullName;

    /// <summary>Uses less than is allowed.</summary>
    public void Relax() => Use(100);

    /// <summary>Is put to sleep once more.</summary>
    public void Exceed()
    {
        _high += 10;
        Use(238);
    }

    public void Dispose() => _root.Delete(recursive: true);

    private void Use(int mebibytes)
    {
        Write(Own + "memory.current", $"{mebibytes * Mebi}\n");
        Write(Own + "memory.events", $"low 0\nhigh {_high}\nmax 0\noom 0\noom_kill 0\n");
    }

    private void Write(string path, string text)
    {
        var file = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
