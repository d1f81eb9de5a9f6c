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

    [Fact]
    public void ThrottlingDegradesAfterAMinuteAndNeverOpens()
    {
        using var kernel = FakeKernel.Cgroup2();
        var reading = PressureReading.None;
        for (var second = 1; second <= 60; second++)
            reading = Throttled(second, second * 10);
        Assert.True(reading.Pressure < 0.8);
        reading = Throttled(61, 610);

        Assert.InRange(reading.Pressure, 0.9, 0.999);
        Assert.Equal("cpu: throttled in 100 % of the periods of 60 s", reading.Reason);

        PressureReading Throttled(int second, int throttled)
        {
            kernel.Write(FakeKernel.V2 + "cpu.stat", $"nr_periods {second * 10}\nnr_throttled {throttled}\n");
            return kernel.Tick();
        }
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
}
