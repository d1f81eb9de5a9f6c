using CrashShield.Hosting.ThreadPools.Diagnosis;
using Microsoft.Extensions.Time.Testing;

namespace CrashShield.Hosting.Tests.ThreadPools.Diagnosis;

/// <summary>What keeps work waiting, on a machine of two processors whose counters the test moves.</summary>
public class ProcessorDiagnosisTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(5);

    private readonly FakeTimeProvider _time = new();
    private readonly FakeReadings _machine = new();
    private readonly ProcessorDiagnosis _diagnosis;
    private TimeSpan _waited;

    public ProcessorDiagnosisTests() => _diagnosis = new(_machine, _time);

    [Theory]
    [InlineData(0.1, 0.9, "Idle")]
    [InlineData(0.95, 0, "Busy")]
    public void WithoutAQueueItIsIdleOrBusy(double use, double idle, string expected)
    {
        Run(1.5, use, idle, waits: false);
        Assert.Equal(expected, $"{_diagnosis.State}");
    }

    [Theory]
    [InlineData(1, 0, "Busy")]
    [InlineData(0.97, 0.03, "Busy")]
    [InlineData(0.3, 0.7, "Blocked")]
    [InlineData(0.02, 0.98, "Blocked")]
    [InlineData(0.8, 0.2, "Blocked")]
    public void QueueIsBlockedWhereAProcessorIdles(double use, double idle, string expected)
    {
        Run(0.5, 0.1, 0.9, waits: false);
        Run(0.2, use, idle, waits: true);
        Assert.Equal(expected, $"{_diagnosis.State}");
    }

    [Fact]
    public void CalmBeforeALoadDoesNotMakeItBlocked()
    {
        Run(2.7, 0.1, 0.9, waits: false);
        for (var i = 0; i < 100; i++)
        {
            Step(0.8, 0, waits: true);
            Assert.NotEqual(ProcessorState.Blocked, _diagnosis.State);
        }
    }

    [Fact]
    public void BlockedIsKnownAfter40Milliseconds()
    {
        Run(1.5, 0.1, 0.9, waits: false);
        Run(0.04, 0.1, 0.9, waits: true);
        Assert.Equal(ProcessorState.Blocked, _diagnosis.State);
    }

    [Theory]
    [InlineData(0.3, 2, 2, "Crowded")]
    [InlineData(0.3, 5, 60, "Crowded")]
    [InlineData(0.7, 2, 2, "Busy")]
    [InlineData(0.3, 0, 2, "Blocked")]
    [InlineData(0.3, 2, 60, "Blocked")]
    public void WhereOthersUseTheMachineTheThreadsTellWhatTheyLack(double use, int runnable, int threads, string expected)
    {
        _machine.Workers = (runnable, threads);
        Run(1.5, 0.1, 0, waits: false);
        Run(0.4, use, 0, waits: true);
        Assert.Equal(expected, $"{_diagnosis.State}");
    }

    [Fact]
    public void WhatCannotBeToldIsUnknown()
    {
        _machine.Machine = null;
        Run(0.4, 0.3, 0, waits: true);
        Assert.Equal(ProcessorState.Unknown, _diagnosis.State);
    }

    [Fact]
    public void WithoutProcTheProcessorTimeStillTellsThatItIsBusy()
    {
        _machine.Machine = null;
        Run(0.4, 1, 0, waits: true);
        Assert.Equal(ProcessorState.Busy, _diagnosis.State);
    }

    [Fact]
    public void QuotaThatStopsTheProcessThrottles()
    {
        (_machine.Processors, _machine.Throttled) = (0.5, 0);
        Run(0.1, 0.2, 0.9, waits: false);
        _machine.Throttled = 1;
        Run(0.1, 0.8, 0.8, waits: true);
        Assert.Equal(ProcessorState.Throttled, _diagnosis.State);
    }

    [Fact]
    public void QuotaThatIsNotUsedUpDoesNotHideABlockedPool()
    {
        (_machine.Processors, _machine.Throttled) = (0.5, 3);
        Run(0.5, 0.2, 0.9, waits: true);
        Assert.Equal(ProcessorState.Blocked, _diagnosis.State);
    }

    [Fact]
    public void CollectionIsAPauseAndItsTimeDoesNotCount()
    {
        Run(0.5, 0.1, 0.9, waits: false);
        for (var i = 0; i < 40; i++)
        {
            _machine.Paused += Tick;
            Step(1, 0, waits: true);
        }

        Assert.Equal((ProcessorState.Paused, TimeSpan.Zero), (_diagnosis.State, _diagnosis.Delay));
    }

    [Fact]
    public void FrozenProcessIsAPauseAndItsTimeDoesNotCount()
    {
        Run(0.5, 0.1, 0.9, waits: false);
        Step(0.1, 0.9, waits: true);
        _time.Advance(TimeSpan.FromSeconds(3));
        _waited += TimeSpan.FromSeconds(3);
        Step(0.1, 0.9, waits: true);
        Assert.Equal(ProcessorState.Paused, _diagnosis.State);
        Assert.InRange(_diagnosis.Delay, TimeSpan.Zero, Tick);
        Run(0.02, 0.1, 0.9, waits: true);
        Assert.InRange(_diagnosis.Delay, TimeSpan.Zero, TimeSpan.FromMilliseconds(25));
    }

    [Fact]
    public void CompilingIsAWarmUp()
    {
        for (var i = 0; i < 200; i++)
        {
            _machine.Compiled += Tick;
            Step(1, 0, waits: i > 100);
        }

        Assert.Equal(ProcessorState.WarmingUp, _diagnosis.State);
    }

    [Fact]
    public void AllocatesNothing()
    {
        Run(0.5, 0.3, 0.7, waits: true);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
            _diagnosis.Update(TimeSpan.FromMilliseconds(50));
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private void Run(double seconds, double use, double idle, bool waits)
    {
        for (var i = 0; i < seconds / Tick.TotalSeconds; i++)
            Step(use, idle, waits);
    }

    private void Step(double use, double idle, bool waits)
    {
        _time.Advance(Tick);
        _machine.Used += use * _machine.Processors * Tick;
        if (_machine.Machine is { } machine)
            _machine.Machine = (machine.Idle + (100 * idle), machine.All + 100);
        _waited = waits ? _waited + Tick : TimeSpan.Zero;
        _diagnosis.Update(_waited);
    }
}
