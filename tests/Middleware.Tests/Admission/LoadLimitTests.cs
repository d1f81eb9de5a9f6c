using CrashShield.Hosting.Admission;
using CrashShield.Middleware.Admission;

namespace CrashShield.Middleware.Tests.Admission;

public class LoadLimitTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Target = TimeSpan.FromMilliseconds(20);

    private readonly LoadLimit _limit = new(new AdmissionOptions());
    private RequestCounts _requests;

    [Fact]
    public void IsTheThreadsAndWhatIsServedInThreeTimesTheTarget()
    {
        Run(1_000, servedPerTick: 1, new(Threads: 2, Pending: 20));
        Assert.InRange(_limit.Limit, 2 + 11, 2 + 13);
    }

    [Fact]
    public void LongerPatienceLetsMoreWait()
    {
        Run(1_000, servedPerTick: 1, new(Threads: 2, Pending: 20), TimeSpan.FromSeconds(1));
        Assert.InRange(_limit.Limit, 2 + 180, 2 + 200);
    }

    [Fact]
    public void IsWithinItsBounds()
    {
        Run(1_000, servedPerTick: 100, new(Threads: 2, Pending: 20));
        Assert.Equal(2 + 200, _limit.Limit);
        Run(10_000, servedPerTick: 0, new(Threads: 2, Pending: 20));
        Assert.Equal(2 + 1, _limit.Limit);
    }

    [Fact]
    public void NothingIsKnownAtFirst()
    {
        Run(1, servedPerTick: 0, new(Threads: 2, Pending: 20));
        Assert.Equal(2 + 20, _limit.Limit);
    }

    [Fact]
    public void RequestsThatWaitForSomethingElseThanAThreadAreNoLoad()
    {
        Come(5_000);
        Run(200, servedPerTick: 0, new(Threads: 2, Pending: 8));
        Assert.InRange(_limit.Elsewhere, 4_980, 4_990);
    }

    [Fact]
    public void RequestsThatWaitForAThreadAre()
    {
        Come(50);
        Run(200, servedPerTick: 0, new(Threads: 2, Pending: 60));
        Assert.Equal(0, _limit.Elsewhere);
    }

    [Fact]
    public void WhatHasNotBeenLetInYetDoesNotHideThem()
    {
        Come(50);
        // 200 a second that wait for 100 ms: 20 of the 28 items are requests that have yet to come here.
        Run(1_000, servedPerTick: 1, new(Threads: 2, Pending: 28), delay: TimeSpan.FromMilliseconds(100));
        Assert.InRange(_limit.Elsewhere, 38, 42);
    }

    [Fact]
    public void IsLeftAloneWhileTheProcessorIsNotTheBottleneck()
    {
        Run(1_000, servedPerTick: 1, new(Threads: 2, Pending: 20));
        var limit = _limit.Limit;
        Run(1_000, servedPerTick: 100, pool: null);
        Assert.Equal(limit, _limit.Limit);
    }

    private void Come(int requests)
    {
        for (var i = 0; i < requests; i++)
            _requests.Enter();
    }

    private void Run(int ticks, int servedPerTick, PoolCounts? pool, TimeSpan? target = null, TimeSpan delay = default)
    {
        for (var i = 0; i < ticks; i++)
        {
            for (var served = 0; served < servedPerTick; served++)
            {
                _requests.Enter();
                _requests.Leave();
            }

            _limit.Tick(_requests, Tick, pool, delay, target ?? Target);
        }
    }

    /// <summary>Five thousand streams that have come in a calm are no backlog of the burst that ends it.</summary>
    [Fact]
    public void WhatHasComeInACalmIsNoBacklog()
    {
        Run(1_000, servedPerTick: 1, new(Threads: 2, Pending: 20));
        Run(400, servedPerTick: 1, pool: null);
        Come(5_000);
        for (var tick = 0; tick < 100; tick++)
        {
            Run(1, servedPerTick: 1, new(Threads: 2, Pending: 8));
            Assert.InRange(_limit.Backlog, TimeSpan.Zero, TimeSpan.FromMilliseconds(100));
            Assert.InRange(_limit.Elsewhere, 4_970, 5_000);
        }
    }

    /// <summary>A load of several times what can be served shows in what is in flight long before its queue has to be waited in for long.</summary>
    [Fact]
    public void AnOverloadAfterACalmOfSecondsIsABacklogAtOnce()
    {
        Run(1_000, servedPerTick: 1, new(Threads: 2, Pending: 20));
        Run(1_800, servedPerTick: 0, pool: null);
        Come(100);
        Run(2, servedPerTick: 0, new(Threads: 2, Pending: 100));
        Assert.InRange(_limit.Backlog, TimeSpan.FromMilliseconds(450), TimeSpan.FromMilliseconds(550));
    }

    [Fact]
    public void AfterAMinuteNothingIsKnownAnyMore()
    {
        Run(1_000, servedPerTick: 1, new(Threads: 2, Pending: 20));
        Run(12_000, servedPerTick: 0, pool: null);
        Come(100);
        Run(2, servedPerTick: 0, new(Threads: 2, Pending: 100));
        Assert.Equal(TimeSpan.Zero, _limit.Backlog);
    }

    /// <summary>Slow work, a calm, and a burst of light requests: what it serves is known by its first answers.</summary>
    [Fact]
    public void AfterACalmTwentyAnswersTellHowMuchIsServed()
    {
        for (var i = 0; i < 40; i++)
        {
            Run(39, servedPerTick: 0, new(Threads: 2, Pending: 4));
            Run(1, servedPerTick: 1, new(Threads: 2, Pending: 4));
        }

        Run(600, servedPerTick: 0, pool: null);
        Come(80);
        // An overload begins with 0.4 s for a tenth of a second.
        for (var i = 0; i < 20; i += 2)
        {
            _requests.Leave();
            _requests.Leave();
            Run(1, servedPerTick: 0, new(Threads: 2, Pending: 78 - i));
        }

        Assert.InRange(_limit.Backlog, TimeSpan.Zero, TimeSpan.FromMilliseconds(300));
    }

    [Fact]
    public void ThoseThatHaveGoneInACalmWaitNowhere()
    {
        Come(500);
        Run(200, servedPerTick: 0, new(Threads: 2, Pending: 8));
        for (var i = 0; i < 500; i++)
            _requests.Leave();
        Run(1, servedPerTick: 0, pool: null);
        Assert.Equal(0, _limit.Elsewhere);
    }

    [Fact]
    public void ShortCalmForgetsNothing()
    {
        Run(1_000, servedPerTick: 1, new(Threads: 2, Pending: 20));
        var limit = _limit.Limit;
        Run(100, servedPerTick: 1, pool: null);
        Run(1, servedPerTick: 1, new(Threads: 2, Pending: 20));
        Assert.Equal(limit, _limit.Limit);
    }
}
