using CrashShield.Middleware.Admission;

namespace CrashShield.Middleware.Tests.Admission;

public class QueueAheadTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(5);

    private readonly QueueAhead _ahead = new();
    private long _completed = 1_000_000;

    [Fact]
    public void IsWhatWaitsAtTheRateOfLate()
    {
        Assert.InRange(Run(1_000, perTick: 1, pending: 300).TotalSeconds, 1.45, 1.55);
        Assert.InRange(Run(1_000, perTick: 10, pending: 300).TotalSeconds, 0.14, 0.16);
    }

    [Fact]
    public void IsNothingAsLongAsTheRateIsNotKnown()
    {
        Assert.Equal(TimeSpan.Zero, Run(99, perTick: 1, pending: 300));
        Assert.NotEqual(TimeSpan.Zero, Run(2, perTick: 1, pending: 300));
    }

    /// <summary>Where calm and load change by the tick, neither what a calm has completed counts for a rate nor that nothing has been counted.</summary>
    [Fact]
    public void WhatACalmHasCompletedTellsNoRate()
    {
        Run(1_000, perTick: 1, pending: 300);
        for (var i = 0; i < 1_000; i++)
        {
            _completed += 1_000;
            _ahead.PassOver();
            Assert.InRange(Run(1, perTick: 1, pending: 300).TotalSeconds, 1.45, 1.55);
        }
    }

    [Fact]
    public void WhereNothingIsCompletedItIsUnknown() => Assert.Equal(TimeSpan.Zero, Run(1_000, perTick: 0, pending: 300));

    private TimeSpan Run(int ticks, int perTick, int pending)
    {
        var ahead = TimeSpan.Zero;
        for (var i = 0; i < ticks; i++)
            ahead = _ahead.Of(new(Threads: 2, pending, _completed += perTick), Tick);
        return ahead;
    }
}
