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
    public void GoesByWhatKeepsWorkWaiting(string state, int? milliseconds) =>
        Assert.Equal(milliseconds, _patience.For(Enum.Parse<ProcessorState>(state))?.TotalMilliseconds);

    [Fact]
    public void WhatIsRefusedEndsByTheRuleByWhichItBegan()
    {
        _patience.For(ProcessorState.Crowded);
        Assert.Equal(TimeSpan.FromSeconds(1), _patience.For(ProcessorState.Idle));
        _patience.For(ProcessorState.Busy);
        _patience.For(ProcessorState.Blocked);
        Assert.Equal(TimeSpan.FromMilliseconds(20), _patience.For(ProcessorState.Idle));
    }

    [Fact]
    public void IsNeverShorterThanTheTarget()
    {
        var patience = new Patience(new AdmissionOptions { TargetDelay = TimeSpan.FromSeconds(5) });
        foreach (var state in new[] { ProcessorState.Busy, ProcessorState.Throttled, ProcessorState.Crowded })
            Assert.Equal(TimeSpan.FromSeconds(5), patience.For(state));
    }
}
