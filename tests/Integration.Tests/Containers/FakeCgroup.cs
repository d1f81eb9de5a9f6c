using System.Globalization;

namespace CrashShield.Integration.Tests.Containers;

/// <summary>A tree of files as the kernel would show a process in a container with cgroup v2, whose counters go on while it is in trouble.</summary>
internal sealed class FakeCgroup : IDisposable
{
    private const string Own = "sys/fs/cgroup/app/";
    private const int Digits = 12;
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("crashshield-cgroup-");

    public FakeCgroup()
    {
        Write("proc/self/mountinfo", "40 30 0:37 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup rw,nsdelegate\n");
        Write("proc/self/cgroup", "0::/app\n");
        Write("proc/meminfo", "MemTotal: 1000 kB\nMemAvailable: 800 kB\n");
        Write(Own + "memory.max", "max\n");
        Write(Own + "memory.high", "104857600\n");
        Write(Own + "memory.current", "104857600\n");
        Write(Own + "memory.stat", "anon 104857600\ninactive_file 0\n");
        Write(Own + "cgroup.procs", "1\n");
        High(0);
        Stall(0);
        Directory.CreateSymbolicLink(Path.Combine(Root, "proc/self/task"), "/proc/self/task");
    }

    public string Root => _root.FullName;

    /// <summary>Exceeds <c>memory.high</c> until it is told to stop.</summary>
    public Task ExceedHighAsync(CancellationToken until) => GoOnAsync(elapsed => High((long)(elapsed / Step)), until);

    /// <summary>Has all tasks wait for memory until it is told to stop.</summary>
    public Task StallAsync(CancellationToken until) => GoOnAsync(elapsed => Stall((long)elapsed.TotalMicroseconds), until);

    public void Dispose() => _root.Delete(recursive: true);

    private static async Task GoOnAsync(Action<TimeSpan> show, CancellationToken until)
    {
        // Faster than time: no reading is late enough to show less.
        const double Speed = 1.5;
        var start = TimeProvider.System.GetTimestamp();
        while (!until.IsCancellationRequested)
        {
            show(TimeProvider.System.GetElapsedTime(start) * Speed);
            await Task.Delay(Step, CancellationToken.None);
        }
    }

    private void High(long count) => Write(Own + "memory.events", $"low 0\nhigh {Number(count)}\nmax 0\noom 0\noom_kill 0\n");

    private void Stall(long total) => Write(Own + "memory.pressure", $"some avg10=0.00 total={Number(total)}\nfull avg10=0.00 total={Number(total)}\n");

    // Always as long: whoever has the file open never sees it empty.
    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture).PadLeft(Digits, '0');

    private void Write(string path, string text)
    {
        var full = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        using var file = new FileStream(full, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        file.Write(System.Text.Encoding.ASCII.GetBytes(text));
    }
}
