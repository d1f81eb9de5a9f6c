using CrashShield.Hosting.Admission;
using CrashShield.Hosting.ThreadPools.Diagnosis;
using CrashShield.Middleware.Admission;

namespace CrashShield.Middleware.Tests.Admission;

public class PatienceTests
{
    private readonly Patience _patience = new(new AdmissionOptions());

    [Theory]
    [InlineData("Busy", 20)]
    [InlineData("Saturated", 20)]
    [InlineData("Throttled", 200)]
    [InlineData("Crowded", 1_000)]
    [InlineData("WarmingUp", 1_000)]
    [InlineData("Blocked", null)]
    [InlineData("Paused", null)]
    [InlineData("Unknown", null)]
    public void GoesByWhatKeepsWorkWaiting(string state, int? milliseconds) => Assert.Equal(milliseconds, For(state)?.TotalMilliseconds);

    [Fact]
    public void WhatIsRefusedEndsByTheRuleByWhichItBegan()
    {
        For("Crowded");
        Assert.Equal(TimeSpan.FromSeconds(1), For("Idle"));
        For("Busy");
        For("Blocked");
        Assert.Equal(TimeSpan.FromMilliseconds(20), For("Idle"));
    }

    [Fact]
    public void StateThatLastsForAMomentChangesNothing()
    {
        For("Busy");
        Assert.Equal(TimeSpan.FromMilliseconds(20), For("Crowded", ticks: 20));
        For("Crowded");
        Assert.Equal(TimeSpan.FromSeconds(1), For("Busy", ticks: 20));
    }

    [Fact]
    public void OverloadThatIsCompiledStaysOne()
    {
        For("Busy");
        Assert.Equal(TimeSpan.FromMilliseconds(20), For("WarmingUp", isOverloaded: true));
    }

    [Fact]
    public void IsNeverShorterThanTheTarget()
    {
        var options = new AdmissionOptions { TargetDelay = TimeSpan.FromSeconds(5) };
        foreach (var state in new[] { ProcessorState.Busy, ProcessorState.Throttled, ProcessorState.Crowded })
            Assert.Equal(TimeSpan.FromSeconds(5), new Patience(options).For(state, isOverloaded: false, TimeSpan.FromSeconds(1)));
    }

    private TimeSpan? For(string state, bool isOverloaded = false, int ticks = 400)
    {
        TimeSpan? patience = null;
        for (var i = 0; i < ticks; i++)
            patience = _patience.For(Enum.Parse<ProcessorState>(state), isOverloaded, TimeSpan.FromMilliseconds(5));
        return patience;
    }
}
