using CrashShield.Hosting.Containers;
using CrashShield.Hosting.Tests.Containers;
using CrashShield.Hosting.ThreadPools.Diagnosis;
using CrashShield.Hosting.ThreadPools.Relief;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace CrashShield.Hosting.Tests.ThreadPools.Relief;

/// <summary>When threads are given and taken back, on a pool whose completions the test sets.</summary>
public sealed class PoolReliefTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(5);

    private readonly FakeTimeProvider _time = new();
    private readonly FakePool _pool = new();
    private readonly CrashShieldOptions _options = new();
    private double _completed;
    private int _room = int.MaxValue;
    private int _trials;

    [Fact]
    public void BlockedPoolGetsThreadsWithinATenthOfASecondAndMoreAsLongAsTheyHelp()
    {
        var relief = Relief();
        Run(relief, ProcessorState.Blocked, 0.1, perThread: 20);
        Assert.Equal(64, _pool.GetMinimum());
        // At the end of each half second it is known whether they help.
        Run(relief, ProcessorState.Blocked, 0.35, perThread: 20);
        Assert.InRange(_pool.GetMinimum(), 100, 125);
        Run(relief, ProcessorState.Blocked, 0.45, perThread: 20);
        Assert.InRange(_pool.GetMinimum(), 200, 500);
        Assert.False(relief.IsSaturated);
    }

    [Fact]
    public void StopsAtTheSettingAndIsSaturated()
    {
        _options.ThreadPool.MaxAddedThreads = 30;
        var relief = Relief();
        Run(relief, ProcessorState.Blocked, 1, perThread: 20);
        Assert.True(relief.IsSaturated);
        Assert.InRange(_pool.GetMinimum(), 16, 32);
    }

    [Fact]
    public void PoolThatIsNotToBeGivenThreadsIsLeftAsItIs()
    {
        _options.ThreadPool.MaxAddedThreads = 0;
        var relief = Relief();
        Run(relief, ProcessorState.Blocked, 1, perThread: 20);
        Assert.Equal((false, true, 2), (relief.IsSaturated, relief.IsOff, _pool.GetMinimum()));
    }

    [Fact]
    public void SoIsAPoolThatTheConfigurationFixes()
    {
        _pool.IsFixed = true;
        var relief = Relief();
        Run(relief, ProcessorState.Blocked, 1, perThread: 20);
        Assert.Equal((false, true, 2), (relief.IsSaturated, relief.IsOff, _pool.GetMinimum()));
    }

    [Fact]
    public void AfterACalmABlockedPoolGetsThreadsAtOnceAgain()
    {
        var relief = Relief();
        // A lock for minutes, then peace, then something else.
        Run(relief, ProcessorState.Blocked, 200, inAll: 20);
        Assert.True(relief.IsSaturated);
        Run(relief, ProcessorState.Idle, 20, inAll: 20);
        Run(relief, ProcessorState.Blocked, 0.4, perThread: 20);
        Assert.False(relief.IsSaturated);
        Assert.InRange(_pool.GetMinimum(), 60, 500);
    }

    [Fact]
    public void ThreadsThatCompleteNoMoreAreTakenBack()
    {
        var relief = Relief();
        var most = 0;
        // A lock that lets 100 a second through, whatever the threads.
        for (var i = 0; i < 2_000; i++)
        {
            Run(relief, ProcessorState.Blocked, Tick.TotalSeconds, inAll: 100);
            most = Math.Max(most, _pool.GetMinimum());
        }

        Assert.InRange(most, 100, 502);
        Run(relief, ProcessorState.Blocked, 30, inAll: 100);
        Run(relief, ProcessorState.Idle, 1, inAll: 100);
        Assert.InRange(_pool.GetMinimum(), 2, most / 2);
    }

    [Fact]
    public void ThreadsThatHurtAreTakenBackAtOnce()
    {
        var relief = Relief();
        // A database that completes 600 a second for a few writers, and less the more there are.
        for (var i = 0; i < 240; i++)
            Run(relief, ProcessorState.Blocked, Tick.TotalSeconds, inAll: Math.Min(600, 40_000d / _pool.GetMinimum()));
        Assert.True(relief.IsSaturated);
        Assert.InRange(_pool.GetMinimum(), 2, 125);
        Assert.InRange(_pool.Most, 64, 500);
    }

    [Fact]
    public void QueueThatComesAndGoesIsNoReasonToTakeThreadsBack()
    {
        var relief = Relief();
        // What arrives is served; now and then ten requests come at once and wait for 50 ms.
        for (var i = 0; i < 200; i++)
        {
            for (var tick = 0; tick < 10; tick++)
                Run(relief, _pool.GetMinimum() < 10 ? ProcessorState.Blocked : ProcessorState.Idle, Tick.TotalSeconds, inAll: 100);
            Run(relief, ProcessorState.Idle, 0.25, inAll: 100);
            Assert.False(relief.IsSaturated);
            // Those that had nothing to do end.
            if (i % 20 == 0)
                _pool.SetMinimum(4);
        }

        Assert.InRange(_pool.Most, 10, 16);
    }

    [Fact]
    public void WhereHalvingThemCostsThroughputTheyStay()
    {
        _options.ThreadPool.MaxAddedThreads = 100;
        var relief = Relief();
        // Each thread completes ten a second, up to the bound: all are of use.
        Run(relief, ProcessorState.Blocked, 60, perThread: 10);
        Assert.True(relief.IsSaturated);
        Assert.Equal(102, _pool.GetMinimum());
    }

    [Fact]
    public void DeadlockedPoolIsSaturatedAtItsBound()
    {
        var relief = Relief();
        Run(relief, ProcessorState.Blocked, 60, inAll: 0);
        Assert.True(relief.IsSaturated);
        Assert.Equal(502, _pool.Most);
    }

    [Fact]
    public void BusyPoolGetsNone()
    {
        var relief = Relief();
        Run(relief, ProcessorState.Busy, 10, inAll: 100);
        Assert.Equal(2, _pool.GetMinimum());
    }

    [Fact]
    public void BusyPoolOfWhichAllThreadsComputeForLongGetsTwo()
    {
        var relief = Relief();
        Run(relief, ProcessorState.Busy, 10, inAll: 0);
        Assert.Equal(4, _pool.GetMinimum());
    }

    [Fact]
    public void WhatABlockedPoolWasGivenIsWithdrawnWhileTheProcessorIsUsedUp()
    {
        var relief = Relief();
        Run(relief, ProcessorState.Blocked, 0.5, perThread: 20);
        Run(relief, ProcessorState.Busy, 5, inAll: 100);
        Assert.InRange(_pool.GetMinimum(), 2, 5);
        Assert.InRange(_pool.LowestMaximum, 2, 6);
    }

    [Fact]
    public void MinimumFollowsThreadsThatEnd()
    {
        var relief = Relief();
        Run(relief, ProcessorState.Blocked, 0.5, perThread: 20);
        var given = _pool.GetMinimum();
        Run(relief, ProcessorState.Idle, 5, inAll: 0);
        Assert.Equal(given, _pool.GetMinimum());
        _pool.Extra = -(given / 2);
        Run(relief, ProcessorState.Idle, 5, inAll: 0);
        Assert.InRange(_pool.GetMinimum(), 2, given / 2);
        relief.End();
        Assert.Equal(2, _pool.GetMinimum());
    }

    [Theory]
    [InlineData("Crowded")]
    [InlineData("Throttled")]
    [InlineData("Paused")]
    [InlineData("WarmingUp")]
    [InlineData("Idle")]
    public void OtherStatesGiveNone(string state)
    {
        Run(Relief(), Enum.Parse<ProcessorState>(state), 5, inAll: 0);
        Assert.Equal(2, _pool.GetMinimum());
    }

    [Theory]
    // A quarter of the 140 MiB that are left, 128 KiB each.
    [InlineData(10_000, 20, 140 * 8 / 4)]
    // Six tenths of 100 tasks, of which 20 are there.
    [InlineData(100, 20, 40)]
    [InlineData(100, 70, 0)]
    public void MemoryAndTasksBoundThem(int maxTasks, int tasks, int expected)
    {
        using var kernel = FakeKernel.Cgroup2();
        kernel.Write(FakeKernel.V2 + "memory.current", $"{80 * FakeKernel.Mebi}\n");
        kernel.Meminfo(800_000, 1_000_000);
        kernel.Write(FakeKernel.V2 + "pids.max", $"{maxTasks}\n");
        kernel.Write(FakeKernel.V2 + "pids.current", $"{tasks}\n");
        using var bound = new ReliefBound(Options.Create(_options), new KernelRoot(kernel.Root));

        Assert.Equal(7 + expected, bound.Threads(own: 2, threads: 7));
    }

    [Fact]
    public void PoolTriesNoThreadsByItselfWhileTheProcessorIsUsedUpAndASecondLonger()
    {
        var relief = Relief();
        Run(relief, ProcessorState.Busy, 0.1);
        Assert.Equal(1, _pool.MostTried);
        Run(relief, ProcessorState.Idle, 0.9);
        Assert.Equal(1, _pool.MostTried);
        Run(relief, ProcessorState.Idle, 0.2);
        Assert.Equal(20, _pool.MostTried);
    }

    [Fact]
    public void BlockedPoolMayTryAtOnce()
    {
        var relief = Relief();
        Run(relief, ProcessorState.Busy, 0.1);
        Run(relief, ProcessorState.Blocked, 0.01);
        Assert.Equal(20, _pool.MostTried);
    }

    [Fact]
    public void PoolMayTryAgainWhenTheHostEnds()
    {
        var relief = Relief();
        Run(relief, ProcessorState.Busy, 0.1);
        relief.End();
        Assert.Equal(20, _pool.MostTried);
    }

    [Fact]
    public void PoolThatIsNotToBeGivenThreadsTriesWhatItLikes()
    {
        _options.ThreadPool.MaxAddedThreads = 0;
        Run(Relief(), ProcessorState.Busy, 0.1);
        Assert.Equal(20, _pool.MostTried);
    }

    [Fact]
    public void PoolThatIsNotToBeGivenThreadsGetsNoneForLongWorkAndIsNeverSaturated()
    {
        _options.ThreadPool.MaxAddedThreads = 0;
        var relief = Relief();
        Run(relief, ProcessorState.Busy, 1);
        Run(relief, ProcessorState.Blocked, 30);
        Assert.Equal((2, false), (_pool.GetMinimum(), relief.IsSaturated));
    }

    [Fact]
    public void WhatABlockedPoolWasGivenStaysWhereNothingWaits()
    {
        var relief = Relief();
        Run(relief, ProcessorState.Blocked, 0.4, perThread: 20);
        var given = _pool.GetMinimum();
        for (var i = 0; i < 1_000; i++)
        {
            _time.Advance(Tick);
            relief.Tick(ProcessorState.Busy, (long)_completed, waits: false);
        }

        Assert.Equal(given, _pool.GetMinimum());
    }

    [Fact]
    public void MoreThreadsThanCanBeStartedAreNotGiven()
    {
        _room = 400;
        var relief = Relief();
        Run(relief, ProcessorState.Blocked, 5, perThread: 20);
        Assert.True(relief.IsSaturated);
        // Each step that was proved leaves some to spare.
        Assert.InRange(_pool.GetMinimum(), 250, 400 - 16);
    }

    [Fact]
    public void PoolAtItsBoundTriesNothing()
    {
        _options.ThreadPool.MaxAddedThreads = 100;
        var relief = Relief();
        Run(relief, ProcessorState.Blocked, 2, perThread: 20);
        _trials = 0;
        Run(relief, ProcessorState.Blocked, 60, perThread: 20);
        Assert.Equal(0, _trials);
    }

    [Fact]
    public void PoolAtTheApplicationsMaximumTriesNothing()
    {
        _pool.SetMaximum(100);
        var relief = Relief();
        Run(relief, ProcessorState.Blocked, 2, perThread: 20);
        _trials = 0;
        Run(relief, ProcessorState.Blocked, 60, perThread: 20);
        Assert.Equal((100, 0), (_pool.GetMinimum(), _trials));
    }

    private bool HasRoom(int count)
    {
        _trials++;
        return _room - _pool.Count >= count;
    }

    private PoolRelief Relief() => new(new PoolThreads(_pool), new ReliefBound(Options.Create(_options)), HasRoom, _time);

    private void Run(PoolRelief relief, ProcessorState state, double seconds, double perThread = 0, double inAll = 0)
    {
        for (var i = 0; i < Math.Round(seconds / Tick.TotalSeconds); i++)
        {
            _time.Advance(Tick);
            _completed += Tick.TotalSeconds * (inAll + (perThread * _pool.GetMinimum()));
            relief.Tick(state, (long)_completed);
        }
    }
}
