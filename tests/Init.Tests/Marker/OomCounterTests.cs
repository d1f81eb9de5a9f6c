using CrashShield.Init.Marker;

namespace CrashShield.Init.Tests.Marker;

public sealed class OomCounterTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("init-cgroup").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Version2IsRead()
    {
        Write("proc/self/cgroup", "0::/app.slice/x.service\n");
        Write("proc/self/mountinfo", "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n");
        Write("sys/fs/cgroup/app.slice/x.service/memory.max", "max\n");
        Write("sys/fs/cgroup/app.slice/x.service/memory.events", "low 0\nhigh 0\nmax 3\noom 2\noom_kill 2\noom_group_kill 0\n");

        Assert.Equal(2, OomCounter.Find(_root).Read());
    }

    [Fact]
    public void Version1InAContainerWithTheHostsPathsIsRead()
    {
        Write("proc/self/cgroup", "5:cpu,cpuacct:/docker/abc\n4:memory:/docker/abc\n0::/\n");
        Write("proc/self/mountinfo", "40 30 0:30 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n");
        Write("sys/fs/cgroup/memory/memory.limit_in_bytes", "1\n");
        Write("sys/fs/cgroup/memory/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 7\n");

        Assert.Equal(7, OomCounter.Find(_root).Read());
    }

    /// <summary>cgroup.subtree_control of the cgroup above has no memory: what counts is up there.</summary>
    [Fact]
    public void ACgroupWithoutTheControllerIsCountedAbove()
    {
        Write("proc/self/cgroup", "0::/pod/app\n");
        Write("proc/self/mountinfo", "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
        Write("sys/fs/cgroup/pod/app/cgroup.procs", "1\n");
        Write("sys/fs/cgroup/pod/memory.max", "max\n");
        Write("sys/fs/cgroup/pod/memory.events", "oom_kill 4\n");

        Assert.Equal(4, OomCounter.Find(_root).Read());
    }

    [Fact]
    public void WithoutCgroupsNobodyCounts() => Assert.Null(OomCounter.Find(_root).Read());

    private void Write(string path, string text)
    {
        var file = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
