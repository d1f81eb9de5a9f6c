using System.Text;
using CrashShield.Hosting.ThreadPools.Diagnosis;

namespace CrashShield.Hosting.Tests.ThreadPools.Diagnosis;

public class ProcessorTimesTests
{
    private const string Stat = """
        cpu  400 0 40 800 20 0 4 6 100 0
        cpu0 100 0 10 200 5 0 1 2 50 0
        cpu1 300 0 30 600 15 0 3 4 50 0
        intr 123 4 5

        """;

    [Theory]
    [InlineData("0-1", 820, 1_270)]
    [InlineData("0-127", 820, 1_270)]
    [InlineData("0", 205, 318)]
    [InlineData("1", 615, 952)]
    public void AddsUpThoseThatAreAllowed(string allowed, long idle, long all)
    {
        Assert.True(TrySum(Stat, allowed, out var seenIdle, out var seenAll));
        Assert.Equal((idle, all), (seenIdle, seenAll));
    }

    [Theory]
    [InlineData(Stat, "")]
    [InlineData("", "0")]
    [InlineData("cpu0 1 2", "0")]
    [InlineData("cpu0 0 0 0 0 0 0 0 0 0 0\n", "0")]
    [InlineData("garbage\n", "0")]
    public void WhatIsMissingOrGarbledIsNotKnown(string stat, string allowed) => Assert.False(TrySum(stat, allowed, out _, out _));

    [Theory]
    [InlineData("0", 1)]
    [InlineData("0-3", 4)]
    [InlineData("1,3-4,64", 4)]
    [InlineData("", 0)]
    [InlineData("x", 0)]
    [InlineData("0-", 0)]
    [InlineData("0-99999999", 0)]
    public void ParsesAListOfProcessors(string list, int count) => Assert.Equal(count, AllowedProcessors.Parse(list).Count);

    [Fact]
    public void RealMachineIsKnown()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("/proc is Linux's alone.");

        using var readings = new LinuxReadings(CrashShield.Hosting.Containers.KernelRoot.Machine, TimeProvider.System);
        Assert.True(readings.TryReadMachine(out var idle, out var all));
        Assert.InRange(idle, 0, all);
        Assert.InRange(readings.Processors, 0.01, Environment.ProcessorCount);
        Assert.True(readings.TryCountWorkers(out var runnable, out var workers));
        Assert.InRange(runnable, 0, workers);
        Assert.InRange(workers, 1, 64);
    }

    private static bool TrySum(string stat, string allowed, out long idle, out long all) =>
        ProcessorTimes.TrySum(Encoding.ASCII.GetBytes(stat.ReplaceLineEndings("\n")), AllowedProcessors.Parse(allowed), out idle, out all, out _);
}
