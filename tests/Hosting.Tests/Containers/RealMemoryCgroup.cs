using System.Diagnostics;
using System.Globalization;
using CrashShield.Hosting.Containers;
using CrashShield.Hosting.Tests.Supervision;

namespace CrashShield.Hosting.Tests.Containers;

/// <summary>A memory cgroup (v1) of the kernel's, below the test's own, with a process that holds memory.</summary>
internal sealed class RealMemoryCgroup : IAsyncDisposable
{
    private readonly string _directory;
    private Process? _process;

    private RealMemoryCgroup(string directory) => _directory = directory;

    /// <summary>Makes one, or skips the test.</summary>
    public static RealMemoryCgroup Create(long limit)
    {
        if (Cgroup.Find("/").Memory is not { IsV2: false } memory)
        {
            Assert.Skip("The machine has no memory hierarchy of cgroup v1.");
            throw new UnreachableException();
        }

        var cgroup = new RealMemoryCgroup(Path.Combine(memory.Own, $"crashshield-test-{Environment.ProcessId}-{Guid.NewGuid():N}"));
        try
        {
            Directory.CreateDirectory(cgroup._directory);
            File.WriteAllText(Path.Combine(cgroup._directory, "memory.limit_in_bytes"), limit.ToString(CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            Assert.Skip($"No cgroup can be made below {memory.Own}: {e.Message}");
        }

        return cgroup;
    }

    /// <summary>Shows it to a source as the one that its process is in.</summary>
    public void MountIn(FakeKernel kernel)
    {
        kernel.Write("proc/self/mountinfo", $"34 30 0:31 / /memory rw - cgroup cgroup rw,memory\n");
        kernel.Write("proc/self/cgroup", "4:memory:/\n");
        Directory.CreateSymbolicLink(Path.Combine(kernel.Root, "memory"), _directory);
    }

    /// <summary>Has a process in it hold memory: tail keeps what has no line end.</summary>
    public void Hold(long bytes) => _process = Process.Start(
        "/bin/sh", ["-c", $"echo $$ > '{_directory}/cgroup.procs' && (head -c {bytes} /dev/zero; exec sleep 60) | tail > /dev/null"]);

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
