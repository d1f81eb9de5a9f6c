using System.Diagnostics;
using System.Globalization;
using CrashShield.Hosting.Containers;
using CrashShield.Hosting.Tests.Supervision;

namespace CrashShield.Hosting.Tests.Containers;

/// <summary>A cgroup (v1) of the kernel's with processes of the test's.</summary>
internal sealed class RealCgroup : IAsyncDisposable
{
    private readonly string _controller;
    private readonly string _directory;
    private Process? _process;

    private RealCgroup(string controller, string parent)
    {
        _controller = controller;
        _directory = Path.Combine(parent, $"crashshield-test-{Environment.ProcessId}-{Guid.NewGuid():N}");
    }

    /// <summary>The processes in it.</summary>
    public string[] Processes => File.ReadAllLines(Path.Combine(_directory, "cgroup.procs"));

    /// <summary>Makes one with so much memory below the test's own, or skips the test.</summary>
    public static RealCgroup Memory(long limit) =>
        Create("memory", Cgroup.Find("/").Memory is { IsV2: false } memory ? memory.Own : "", "memory.limit_in_bytes", limit);

    /// <summary>Makes one with so many tasks, or skips the test. At the top: the root shows no limits, and so is none that would be found.</summary>
    public static RealCgroup Pids(long limit) => Create("pids", "/sys/fs/cgroup/pids", "pids.max", limit);

    /// <summary>Shows it to a source as the one that its process is in.</summary>
    public void MountIn(FakeKernel kernel)
    {
        kernel.Write("proc/self/mountinfo", $"34 30 0:31 / /{_controller} rw - cgroup cgroup rw,{_controller}\n");
        kernel.Write("proc/self/cgroup", $"4:{_controller}:/\n");
        Directory.CreateSymbolicLink(Path.Combine(kernel.Root, _controller), _directory);
    }

    /// <summary>Has a process in it hold memory: tail keeps what has no line end.</summary>
    public void Hold(long bytes) => Start($"(head -c {bytes} /dev/zero; exec sleep 60) | tail > /dev/null");

    /// <summary>Has so many processes in it.</summary>
    public void Crowd(int processes) => Start(string.Concat(Enumerable.Repeat("sleep 60 & ", processes - 1)) + "wait");

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        // rmdir is refused while a process of it is still being reaped.
        await Deadline.Until(IsRemoved, "the cgroup is empty");
        _process?.Dispose();
    }

    private static RealCgroup Create(string controller, string parent, string limitFile, long limit)
    {
        Assert.SkipUnless(Directory.Exists(parent), $"The machine has no {controller} hierarchy of cgroup v1.");
        var cgroup = new RealCgroup(controller, parent);
        try
        {
            Directory.CreateDirectory(cgroup._directory);
            File.WriteAllText(Path.Combine(cgroup._directory, limitFile), limit.ToString(CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            Assert.Skip($"No cgroup can be made below {parent}: {e.Message}");
        }

        return cgroup;
    }

    private void Start(string script) => _process = Process.Start("/bin/sh", ["-c", $"echo $$ > '{_directory}/cgroup.procs'; {script}"]);

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
