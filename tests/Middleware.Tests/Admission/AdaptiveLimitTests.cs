using CrashShield.Hosting.Admission;
using CrashShield.Middleware.Admission;

namespace CrashShield.Middleware.Tests.Admission;

public class AdaptiveLimitTests
{
    private readonly AdaptiveLimit _limit = new(new AdmissionOptions());

    [Fact]
    public void ShrinksToWhatTheProcessorTakesAndNoFurther()
    {
        // One core, 5 ms of work each: latency is 5 ms times what is in flight.
        Windows(20, 5, inFlight: 1, contended: false);
        Assert.Equal(20, _limit.Limit);
        for (var i = 0; i < 100; i++)
            Windows(1, 5 * _limit.Limit, _limit.Limit, contended: true);
        Assert.InRange(_limit.Limit, 3, 8);
    }

    [Fact]
    public void GrowsOnlyWhenItIsInUse()
    {
        Windows(20, 5, inFlight: 20, contended: false);
        Windows(50, 5, inFlight: 2, contended: true);
        Assert.Equal(20, _limit.Limit);
        for (var i = 0; i < 500; i++)
            Windows(1, 5, inFlight: _limit.Limit, contended: true);
        Assert.Equal(200, _limit.Limit);
    }

    [Fact]
    public void RequestsThatWaitForSomethingElseAreNoOverload()
    {
        Windows(20, 30_000, inFlight: 5_000, contended: false);
        Assert.Equal(5_000, _limit.Limit);
    }

    [Fact]
    public void WhatWaitedInPeaceMayStayWhenTheProcessorIsContended()
    {
        Windows(1, 5, inFlight: 1, contended: false);
        for (var i = 0; i < 20; i++)
            _limit.Tick(inFlight: 1_000, isContended: false);
        Windows(1, 5, inFlight: 1_000, contended: true);
        Assert.InRange(_limit.Limit, 1_000, 1_003);
    }

    [Fact]
    public void BurstRaisesNothingAndIsGoneInAFewWindows()
    {
        Windows(20, 5, inFlight: 1, contended: false);
        // The processor has not come to it yet.
        for (var i = 0; i < 10; i++)
            _limit.Tick(inFlight: 100, isContended: false);
        Assert.Equal(20, _limit.Limit);
        for (var i = 0; i < 20; i++)
            _limit.Tick(inFlight: 100, isContended: false);
        Assert.Equal(100, _limit.Limit);
        Windows(4, 500, inFlight: 100, contended: true);
        Assert.InRange(_limit.Limit, 6, 14);
    }

    [Fact]
    public void NothingIsKnownAtFirst()
    {
        Assert.False(_limit.IsKnown);
        Windows(1, 500, inFlight: 64, contended: true);
        Assert.Equal((true, 64), (_limit.IsKnown, _limit.Limit));
    }

    private void Windows(int count, double latencyMs, int inFlight, bool contended)
    {
        for (var window = 0; window < count; window++)
        {
            for (var i = 0; i < 20; i++)
                _limit.Record(TimeSpan.FromMilliseconds(latencyMs));
            for (var i = 0; i < 20; i++)
                _limit.Tick(inFlight, contended);
        }
    }
}
