using CrashShield.Hosting.Circuit;
using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Tests.Containers;

public class ContainerSourceTests
{
    [Fact]
    public void CalmIsCalmAndAllocatesNothing()
    {
        using var kernel = FakeKernel.Cgroup2();
        for (var i = 0; i < 100; i++)
            kernel.Tick();
        var source = kernel.Source;

        var before = GC.GetAllocatedBytesForCurrentThread();
        var reading = PressureReading.None;
        for (var i = 0; i < 100; i++)
            reading = source.Read();
        var after = GC.GetAllocatedBytesForCurrentThread();

        Assert.Equal(before, after);
        Assert.True(reading.Pressure < 0.8, $"{reading}");
        Assert.Null(reading.Reason);
        Assert.DoesNotContain(kernel.Log.All, record => record.Level >= LogLevel.Warning);
        Assert.Equal("container", source.Name);
        Assert.Equal(TimeSpan.FromMilliseconds(250), source.Interval);
    }

    [Theory]
    [InlineData("v2")]
    [InlineData("v1")]
    [InlineData("none")]
    public void GaugeAndOneLineSayWhatWasFound(string version)
    {
        using var kernel = version switch { "v2" => FakeKernel.Cgroup2(), "v1" => FakeKernel.Cgroup1(), _ => FakeKernel.None() };

        var gauge = kernel.Gauge("crashshield.cgroup.source");

        Assert.Equal(1, gauge.Value);
        Assert.Equal(version, gauge.Tags[0].Value);
        var line = Assert.Single(kernel.Log.Named("ContainerFound"));
        Assert.Equal((LogLevel.Information, version), (line.Level, line["Source"]));
    }

    [Fact]
    public void NoneReadsTheMachineAndOnlyDegrades()
    {
        using var kernel = FakeKernel.None();
        kernel.Own(400);
        Assert.True(kernel.Tick().Pressure < 0.8);
        kernel.Meminfo(150, 1000);
        Assert.Equal(0.9, kernel.Tick().Pressure, 3);
        kernel.Meminfo(1, 1000);
        Assert.InRange(kernel.Tick().Pressure, 0.9, 0.999);
        Assert.Equal("memory: 100 % of the machine's in use, 40 % by this process", kernel.Tick().Reason);
    }

    [Theory]
    [InlineData(50)]
    [InlineData(null)]
    public void MachineThatOthersFillIsNoTroubleOfThisProcess(int? own)
    {
        using var kernel = FakeKernel.None();
        if (own is { } kibibytes)
            kernel.Own(kibibytes);
        kernel.Meminfo(100, 1000);
        for (var i = 0; i < 100; i++)
            Assert.InRange(kernel.Tick().Pressure, 0, 0.5);
    }

    [Fact]
    public void MachineCountsForNothingUnderALimitOfItsOwn()
    {
        using var kernel = FakeKernel.Cgroup2();
        kernel.Own(400);
        kernel.Meminfo(1, 1000);
        Assert.True(kernel.Tick().Pressure < 0.8);
        kernel.Write(FakeKernel.V2 + "memory.max", "max\n");
        Assert.InRange(kernel.Tick(11).Pressure, 0.9, 0.999);
    }

    [Fact]
    public void CollectorIsToldOfAChangedLimit()
    {
        using var kernel = FakeKernel.Cgroup2();
        kernel.Tick(11);
        Assert.Equal(0, kernel.CollectorTold);

        kernel.Write(FakeKernel.V2 + "memory.max", $"{100 * FakeKernel.Mebi}\n");
        kernel.Tick(9);
        Assert.Equal(0, kernel.CollectorTold);
        kernel.Tick();
        Assert.Equal(1, kernel.CollectorTold);
        var logged = Assert.Single(kernel.Log.Named("ContainerLimitChanged"));
        Assert.Equal(("200 MiB", "100 MiB"), (logged["Before"], logged["After"]));

        kernel.CollectorThrows = new InvalidOperationException("too low");
        kernel.Write(FakeKernel.V2 + "memory.max", "max\n");
        kernel.Tick(10);
        Assert.Equal(2, kernel.CollectorTold);
        kernel.Tick(10);
        Assert.Equal(3, kernel.CollectorTold);
        Assert.Single(kernel.Log.Named("ContainerLimitRefused"));
        kernel.CollectorThrows = null;
        kernel.Tick(30);
        Assert.Equal(4, kernel.CollectorTold);
    }

    [Theory]
    [InlineData("memory.current")]
    [InlineData("memory.stat")]
    [InlineData("memory.pressure")]
    [InlineData("memory.events")]
    [InlineData("memory.max")]
    [InlineData("pids.current")]
    [InlineData("pids.events")]
    [InlineData("cpu.stat")]
    public void WhatIsMissingEmptyOrGarbledIsSkippedAndToldOnce(string file)
    {
        foreach (var garble in new Action<FakeKernel, string>[]
            { (kernel, path) => kernel.Delete(path), (kernel, path) => kernel.Write(path, ""), (kernel, path) => kernel.Write(path, "\0\u00ffsoon 12x\n") })
        {
            using var kernel = FakeKernel.Cgroup2();
            // Another signal than the broken one is still heard.
            var (other, pressure) = file.StartsWith("pids", StringComparison.Ordinal) ? (FakeKernel.V2 + "memory.current", 0.9) : (FakeKernel.V2 + "pids.current", 0.9);
            kernel.Write(other, other.EndsWith("pids.current", StringComparison.Ordinal) ? "80\n" : $"{190 * FakeKernel.Mebi}\n");
            garble(kernel, FakeKernel.V2 + file);

            Assert.Equal(pressure, kernel.Tick().Pressure, 3);
            var told = kernel.Log.Named("ContainerPartBlind").Count;
            kernel.Tick();
            kernel.Tick();

            Assert.Contains(kernel.Log.Named("ContainerPartBlind"), record => record.Level == LogLevel.Warning && record["Part"].Contains($"/{file}", StringComparison.Ordinal));
            Assert.Equal(told, kernel.Log.Named("ContainerPartBlind").Count);
        }
    }

    [Fact]
    public void FileThatComesBackIsReadAgain()
    {
        using var kernel = FakeKernel.Cgroup2();
        kernel.Delete(FakeKernel.V2 + "pids.current");
        kernel.Tick();
        kernel.Write(FakeKernel.V2 + "pids.current", "99\n");
        Assert.Equal(1, kernel.Tick(10).Pressure);
    }

    [Fact]
    public void WhereNothingCanBeReadItThrows()
    {
        using var kernel = FakeKernel.Hidden();

        var error = Assert.Throws<InvalidOperationException>(() => kernel.Tick());

        Assert.Contains("meminfo", error.Message, StringComparison.Ordinal);
    }
}
