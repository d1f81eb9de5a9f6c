using CrashShield.Hosting.Containers;
using CrashShield.Hosting.Tests.Containers;
using CrashShield.Hosting.ThreadPools.Diagnosis;

namespace CrashShield.Hosting.Tests.ThreadPools.Diagnosis;

/// <summary>Affinity and quota from files as the kernel has them.</summary>
public class LinuxReadingsTests
{
    private static readonly string FourProcessors = string.Concat(Enumerable.Range(0, 4).Select(processor => $"cpu{processor} 2 0 2 4 0 0 0 0 0 0\n"));

    [Fact]
    public void QuotaOfCgroup2CountsWhereItIsLess()
    {
        using var kernel = FakeKernel.Cgroup2();
        kernel.Write("proc/self/status", "Name:\tapp\nCpus_allowed_list:\t0-3\n");
        using var readings = Read(kernel);

        Assert.Equal(0.5, readings.Processors);
        Assert.True(readings.TryReadThrottled(out var periods));
        Assert.Equal(10, periods);
    }

    [Fact]
    public void WithoutAQuotaTheAffinityCounts()
    {
        using var kernel = FakeKernel.Cgroup2();
        kernel.Write("proc/self/status", "Cpus_allowed_list:\t0-3\n");
        kernel.Write("proc/stat", FourProcessors);
        kernel.Write(FakeKernel.V2 + "cpu.max", "max 100000\n");
        using var readings = Read(kernel);

        Assert.Equal(4, readings.Processors);
        Assert.False(readings.TryReadThrottled(out _));
    }

    [Theory]
    [InlineData("150000", 1.5)]
    [InlineData("-1", 4)]
    public void QuotaOfCgroup1(string quota, double processors)
    {
        using var kernel = FakeKernel.Cgroup1();
        kernel.Write("proc/self/status", "Cpus_allowed_list:\t0-3\n");
        kernel.Write("proc/stat", FourProcessors);
        kernel.Write(FakeKernel.V1Cpu + "cpu.cfs_quota_us", quota + "\n");
        kernel.Write(FakeKernel.V1Cpu + "cpu.cfs_period_us", "100000\n");
        using var readings = Read(kernel);

        Assert.Equal(processors, readings.Processors);
    }

    /// <summary>lxcfs shows a container its own processors, numbered from 0.</summary>
    [Fact]
    public void ProcessorsThatAreNumberedAnewAllCount()
    {
        using var kernel = FakeKernel.Cgroup2();
        kernel.Write("proc/self/status", "Cpus_allowed_list:\t1,3,8,12\n");
        kernel.Write(FakeKernel.V2 + "cpu.max", "max 100000\n");
        kernel.Write("proc/stat", $"cpu  8 0 8 16 0 0 0 0 0 0\n{FourProcessors}intr 1\n");
        using var readings = Read(kernel);

        Assert.Equal(4, readings.Processors);
        Assert.True(readings.TryReadMachine(out var idle, out var all));
        Assert.Equal((16, 32), (idle, all));
    }

    [Fact]
    public void ProcessorsThatAreAllowedAndOfflineAreNone()
    {
        using var kernel = FakeKernel.Cgroup2();
        kernel.Write("proc/self/status", "Cpus_allowed_list:\t0-127\n");
        kernel.Write(FakeKernel.V2 + "cpu.max", "max 100000\n");
        kernel.Write("proc/stat", "cpu  4 0 4 8 0 0 0 0 0 0\ncpu0 2 0 2 4 0 0 0 0 0 0\ncpu1 2 0 2 4 0 0 0 0 0 0\nintr 1\n");
        using var readings = Read(kernel);

        Assert.Equal(2, readings.Processors);
        Assert.True(readings.TryReadMachine(out var idle, out var all));
        Assert.Equal((8, 16), (idle, all));
    }

    [Fact]
    public void ChangedQuotaIsReadAgain()
    {
        using var kernel = FakeKernel.Cgroup2();
        using var readings = Read(kernel);
        kernel.Write(FakeKernel.V2 + "cpu.max", "25000 100000\n");
        readings.Refresh();
        Assert.Equal(0.25, readings.Processors);
    }

    [Fact]
    public void WithoutAnyFileTheRuntimesNumberCounts()
    {
        using var readings = new LinuxReadings(new KernelRoot("/nowhere"), TimeProvider.System);
        Assert.Equal(Environment.ProcessorCount, readings.Processors);
        Assert.False(readings.TryReadMachine(out _, out _));
        Assert.False(readings.TryReadThrottled(out _));
    }

    private static LinuxReadings Read(FakeKernel kernel) => new(new KernelRoot(kernel.Root), TimeProvider.System);
}
