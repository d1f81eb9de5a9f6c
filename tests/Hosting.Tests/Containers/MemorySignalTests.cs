namespace CrashShield.Hosting.Tests.Containers;

public class MemorySignalTests
{
    [Theory]
    [InlineData(149, 0.79, 0.8)]
    [InlineData(170, 0.9, 0.9)]
    [InlineData(180, 0.9, 0.999)]
    [InlineData(190, 1, 1)]
    [InlineData(300, 1, 1)]
    public void WorkingSetIsUsageWithoutIdlePageCache(double used, double low, double high)
    {
        using var kernel = FakeKernel.Cgroup2();
        kernel.Usage(used);

        var reading = kernel.Tick();

        Assert.InRange(reading.Pressure, low - 0.001, high + 0.001);
        Assert.Equal(reading.Pressure > 0.8 ? $"memory: {used:F0} MiB of 200 MiB in use ({used / 2:F0} %)" : null, reading.Reason);
    }

    [Fact]
    public void LimitAboveHoldsToo()
    {
        using var kernel = FakeKernel.Cgroup2();
        kernel.Write(FakeKernel.V2 + "memory.max", "max\n");
        kernel.Write("sys/fs/cgroup/kubepods/memory.max", $"{100 * FakeKernel.Mebi}\n");
        kernel.Write("sys/fs/cgroup/kubepods/memory.current", $"{98 * FakeKernel.Mebi}\n");
        kernel.Write("sys/fs/cgroup/kubepods/memory.stat", "inactive_file 0\n");

        Assert.Equal("memory: 98 MiB of 100 MiB in use (98 %)", kernel.Tick().Reason);
    }

    [Fact]
    public void V1CountsUsageFailuresAndKills()
    {
        using var kernel = FakeKernel.Cgroup1();
        Assert.True(kernel.Tick().Pressure < 0.8);

        kernel.Write(FakeKernel.V1Memory + "memory.failcnt", "4\n");
        // Page cache at the limit is no trouble.
        Assert.True(kernel.Tick().Pressure < 0.8);
        kernel.Write(FakeKernel.V1Memory + "memory.usage_in_bytes", $"{180 * FakeKernel.Mebi}\n");
        kernel.Tick(3);
        kernel.Write(FakeKernel.V1Memory + "memory.failcnt", "5\n");
        Assert.Equal(0.9, kernel.Tick().Pressure, 3);

        kernel.Write(FakeKernel.V1Memory + "memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n");
        Assert.Equal(1, kernel.Tick().Pressure);
        Assert.StartsWith("memory: the kernel ran out of it", kernel.Tick().Reason, StringComparison.Ordinal);
        kernel.Write(FakeKernel.V1Memory + "memory.usage_in_bytes", $"{60 * FakeKernel.Mebi}\n");
        Assert.True(kernel.Tick(60).Pressure < 0.8);
    }

    [Fact]
    public void StallsAreMeasuredByTheirTotalAndNotByTheKernelsAverage()
    {
        using var kernel = FakeKernel.Cgroup2();
        var (some, full) = (0L, 0L);
        // The averages say 94.55 throughout.
        for (var i = 0; i < 12; i++)
            Assert.True(Stalled(0.05, 0).Pressure < 0.8);
        for (var i = 0; i < 9; i++)
            Assert.True(Stalled(0.4, 0.1).Pressure < 0.9);
        Stalled(0.4, 0.1);
        Assert.Equal(0.9, Stalled(0.4, 0.1).Pressure, 3);
        for (var i = 0; i < 10; i++)
            Stalled(0.7, 0.6);
        Assert.Equal(1, Stalled(0.7, 0.6).Pressure, 3);

        CrashShield.Hosting.Circuit.PressureReading Stalled(double someShare, double fullShare)
        {
            kernel.Stall(some += (long)(someShare * 1_000_000), full += (long)(fullShare * 1_000_000));
            return kernel.Tick();
        }
    }

    [Fact]
    public void HardStallIsSeenInTwoSecondsAlsoWhenNoTickCameThrough()
    {
        using var kernel = FakeKernel.Cgroup2();
        kernel.Tick();
        kernel.Stall(1_950_000, 0);
        var reading = kernel.Tick(2);
        Assert.Equal((1d, "memory: tasks waited for it 98 % of the last 2 s"), (reading.Pressure, reading.Reason));

        kernel.Stall(1_950_000, 0);
        kernel.Tick(100);
        kernel.Stall(1_950_000 + 96_000_000, 0);
        Assert.Equal(1, kernel.Tick(100).Pressure);
    }

    [Fact]
    public void HighDegradesAndOpensWhenItGoesOn()
    {
        using var kernel = FakeKernel.Cgroup2();
        kernel.Write(FakeKernel.V2 + "memory.stat", "inactive_file 0\n");
        kernel.Tick();
        kernel.Events(high: 9);
        Assert.True(kernel.Tick().Pressure < 0.8);
        for (var i = 1; i <= 5; i++)
        {
            kernel.Events(high: 9 + i);
            Assert.Equal(0.9, kernel.Tick().Pressure, 3);
        }

        kernel.Events(high: 20);
        Assert.Equal(1, kernel.Tick().Pressure);
        Assert.Equal("memory.high exceeded 20 times in 10 s", kernel.Tick().Reason);
        kernel.Tick();
        Assert.Equal(0.9, kernel.Tick().Pressure, 3);
        Assert.Equal(0.9, kernel.Tick(26).Pressure, 3);
        Assert.True(kernel.Tick().Pressure < 0.8);
    }

    [Theory]
    [InlineData("inactive_file", "active_file")]
    [InlineData("active_file", "inactive_file")]
    public void HighOfPageCacheIsNoTrouble(string full, string empty)
    {
        using var kernel = FakeKernel.Cgroup2();
        kernel.Write(FakeKernel.V2 + "memory.stat", $"{full} {20 * FakeKernel.Mebi}\n{empty} 0\n");
        for (var i = 0; i < 20; i++)
        {
            kernel.Events(high: 10 * i);
            Assert.True(kernel.Tick().Pressure < 0.8);
        }
    }

    [Theory]
    [InlineData("inactive_file", "active_file")]
    [InlineData("active_file", "inactive_file")]
    public void ContainerFullOfPageCacheIsNotFull(string full, string empty)
    {
        using var kernel = FakeKernel.Cgroup2();
        kernel.Write(FakeKernel.V2 + "memory.current", $"{199 * FakeKernel.Mebi}\n");
        kernel.Write(FakeKernel.V2 + "memory.stat", $"{full} {140 * FakeKernel.Mebi}\n{empty} 0\nfile_mapped {100 * FakeKernel.Mebi}\n");
        for (var i = 0; i < 20; i++)
        {
            // It is hit all the time.
            kernel.Events(max: i);
            Assert.True(kernel.Tick().Pressure < 0.8);
        }
    }

    [Fact]
    public void FileSystemInMemoryIsInUse()
    {
        using var kernel = FakeKernel.Cgroup2();
        kernel.Write(FakeKernel.V2 + "memory.current", $"{190 * FakeKernel.Mebi}\n");
        kernel.Write(FakeKernel.V2 + "memory.stat", $"file {150 * FakeKernel.Mebi}\nshmem {150 * FakeKernel.Mebi}\ninactive_file 0\nactive_file 0\n");
        Assert.Equal(1, kernel.Tick().Pressure);
    }

    [Fact]
    public void HitOfTheLimitDegradesAndKillOpensForAMinute()
    {
        using var kernel = FakeKernel.Cgroup2();
        kernel.Events(max: 5, oomKill: 5);
        Assert.True(kernel.Tick().Pressure < 0.8);
        kernel.Usage(151);
        kernel.Tick(3);
        kernel.Events(max: 6, oomKill: 5);
        Assert.Equal(0.9, kernel.Tick().Pressure, 3);
        kernel.Events(max: 6, oom: 1, oomKill: 6);
        Assert.Equal(1, kernel.Tick().Pressure);
        kernel.Usage(40);
        Assert.Equal(1, kernel.Tick(59).Pressure);
        Assert.True(kernel.Tick().Pressure < 0.8);
    }
}
