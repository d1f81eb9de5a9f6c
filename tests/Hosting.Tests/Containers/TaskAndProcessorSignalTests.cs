using CrashShield.Hosting.Circuit;

namespace CrashShield.Hosting.Tests.Containers;

public class TaskAndProcessorSignalTests
{
    [Theory]
    [InlineData(69, 0, 0.8)]
    [InlineData(80, 0.9, 0.9)]
    [InlineData(95, 1, 1)]
    public void TasksAgainstTheirLimit(int tasks, double low, double high)
    {
        using var kernel = FakeKernel.Cgroup2();
        kernel.Write(FakeKernel.V2 + "pids.current", $"{tasks}\n");

        var reading = kernel.Tick();

        Assert.InRange(reading.Pressure, low - 0.001, high + 0.001);
        Assert.Equal(reading.Pressure > 0.8 ? $"pids: {tasks} of 100 tasks" : null, reading.Reason);
    }

    [Fact]
    public void RefusedTaskOpens()
    {
        using var kernel = FakeKernel.Cgroup2();
        kernel.Tick();
        kernel.Write(FakeKernel.V2 + "pids.events", "max 8\n");
        Assert.Equal(1, kernel.Tick().Pressure);
        Assert.True(kernel.Tick(60).Pressure < 0.8);
    }

    [Theory]
    [InlineData("v2")]
    [InlineData("v1")]
    public void ThrottlingDegradesAfterAMinuteOfAUsedUpQuotaAndNeverOpens(string version)
    {
        using var kernel = Quota(version);
        var reading = PressureReading.None;
        for (var second = 1; second <= 60; second++)
            reading = Throttled(kernel, version, second, throttled: 10, usedShare: 0.95);
        Assert.True(reading.Pressure < 0.8);
        reading = Throttled(kernel, version, 61, throttled: 10, usedShare: 0.95);

        Assert.InRange(reading.Pressure, 0.9, 0.999);
        Assert.Equal("cpu: throttled in 100 % of the periods of 60 s, 95 % of the quota used", reading.Reason);
    }

    [Theory]
    [InlineData("v2")]
    [InlineData("v1")]
    public void ThrottledBurstsUnderASmallQuotaAreNoTrouble(string version)
    {
        using var kernel = Quota(version);
        for (var second = 1; second <= 300; second++)
            Assert.InRange(Throttled(kernel, version, second, throttled: 4, usedShare: 0.7).Pressure, 0, 0.5);
    }

    [Fact]
    public void ThrottlingOfWhichTheQuotaCannotBeReadIsNotHeldAgainstTheProcess()
    {
        using var kernel = Quota("v1");
        kernel.Delete(FakeKernel.V1Cpu + "cpuacct.usage");
        for (var second = 1; second <= 100; second++)
            Assert.InRange(Throttled(kernel, "none", second, throttled: 10, usedShare: 1).Pressure, 0, 0.5);
    }

    [Fact]
    public void ClockThatJumpsChangesNothing()
    {
        using var kernel = FakeKernel.Cgroup2();
        kernel.Tick();
        kernel.Stall(1_990_000, 1_990_000);
        kernel.Time.Jump = TimeSpan.FromDays(-2);
        Assert.Equal(1, kernel.Tick(2).Pressure);
        kernel.Stall(2_000_000, 1_990_000);
        kernel.Time.Jump = TimeSpan.FromDays(2);
        Assert.True(kernel.Tick(5).Pressure < 0.8);
        Assert.Equal(0, kernel.CollectorTold);
    }

    // Half a processor.
    private static FakeKernel Quota(string version)
    {
        if (version == "v2")
            return FakeKernel.Cgroup2();
        var kernel = FakeKernel.Cgroup1();
        kernel.Write(FakeKernel.V1Cpu + "cpu.cfs_quota_us", "50000\n");
        kernel.Write(FakeKernel.V1Cpu + "cpu.cfs_period_us", "100000\n");
        kernel.Write(FakeKernel.V1Cpu + "cpuacct.usage", "0\n");
        return kernel;
    }

    private static PressureReading Throttled(FakeKernel kernel, string version, int second, int throttled, double usedShare)
    {
        var used = (long)(second * usedShare * 500_000);
        var counts = $"nr_periods {second * 10}\nnr_throttled {second * throttled}\n";
        if (version == "v2")
            kernel.Write(FakeKernel.V2 + "cpu.stat", $"usage_usec {used}\n{counts}");
        else
            kernel.Write(FakeKernel.V1Cpu + "cpu.stat", counts);
        if (version == "v1")
            kernel.Write(FakeKernel.V1Cpu + "cpuacct.usage", $"{used * 1000}\n");
        return kernel.Tick();
    }
}
