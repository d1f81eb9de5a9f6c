using CrashShield.Hosting.Containers;

namespace CrashShield.Hosting.Tests.Containers;

public class CgroupTests
{
    [Fact]
    public void FindsV2AndTheCgroupsAbove()
    {
        using var kernel = FakeKernel.Cgroup2();
        var cgroup = Cgroup.Find(kernel.Root);

        Assert.Equal("v2", cgroup.Source);
        Assert.Equal(
            [$"{kernel.Root}/sys/fs/cgroup/kubepods/app", $"{kernel.Root}/sys/fs/cgroup/kubepods", $"{kernel.Root}/sys/fs/cgroup"], cgroup.Memory!.Directories);
    }

    [Fact]
    public void CgroupWithoutTheControllerHasTheLimitsAbove()
    {
        using var kernel = FakeKernel.Cgroup2();
        kernel.Write("proc/self/cgroup", "0::/kubepods/app/child\n");
        kernel.Write(FakeKernel.V2 + "child/cgroup.procs", "1\n");

        var cgroup = Cgroup.Find(kernel.Root);

        Assert.Equal("v2", cgroup.Source);
        Assert.Equal($"{kernel.Root}/sys/fs/cgroup/kubepods/app", cgroup.Memory!.Own);
    }

    [Fact]
    public void FindsEachControllerOfV1()
    {
        using var kernel = FakeKernel.Cgroup1();
        var cgroup = Cgroup.Find(kernel.Root);

        Assert.Equal("v1", cgroup.Source);
        Assert.Equal($"{kernel.Root}/sys/fs/cgroup/cpu,cpuacct/docker/app", cgroup.Cpu!.Own);
        Assert.Equal($"{kernel.Root}/sys/fs/cgroup/pids/docker/app", cgroup.Pids!.Own);
    }

    [Fact]
    public void HybridTakesEachControllerFromWhereItIs()
    {
        using var kernel = FakeKernel.Cgroup1();
        File.AppendAllText(Path.Combine(kernel.Root, "proc/self/mountinfo"), "40 30 0:37 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n");
        kernel.Write("sys/fs/cgroup/unified/memory.pressure", "some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n");

        Assert.Equal("v1", Cgroup.Find(kernel.Root).Source);
    }

    [Fact]
    public void NoneWhereNothingIsMountedOrProcIsHidden()
    {
        using var none = FakeKernel.None();
        using var hidden = FakeKernel.Hidden();

        Assert.Equal("none", Cgroup.Find(none.Root).Source);
        Assert.Equal(new Cgroup(null, null, null), Cgroup.Find(hidden.Root));
    }

    [Theory]
    [InlineData("/", "/", "/m")]
    [InlineData("/", "/a/b", "/m/a/b /m/a /m")]
    [InlineData("/docker/1", "/docker/1", "/m")]
    [InlineData("/docker/1", "/docker/1/sub", "/m/sub /m")]
    [InlineData("/docker/1", "/docker/12", "/m")]
    [InlineData("/", "/../other", "/m")]
    public void MountShowsACgroupWhereItIs(string root, string cgroup, string expected)
    {
        var mount = CgroupMount.Parse($"34 30 0:31 {root} /m rw,relatime shared:1 - cgroup cgroup rw,memory");

        Assert.Equal(expected.Split(' '), mount!.Directories(cgroup));
    }

    [Theory]
    [InlineData("")]
    [InlineData("34 30 - cgroup cgroup rw,memory")]
    [InlineData("34 30 0:31 / /m rw,relatime cgroup cgroup rw,memory")]
    [InlineData("34 30 0:31 / /m rw - cgroup")]
    [InlineData("34 30 0:31 / /m rw - ext4 /dev/vda rw")]
    public void LineThatIsNoCgroupMountIsNone(string line) => Assert.Null(CgroupMount.Parse(line));

    [Fact]
    public void MountPointMayHaveSpaces() =>
        Assert.Equal("/a b\\c", CgroupMount.Parse(@"34 30 0:31 / /a\040b\134c rw - cgroup2 cgroup2 rw")!.Point);
}
