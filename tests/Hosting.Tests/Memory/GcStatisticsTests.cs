using CrashShield.Hosting.Memory;
using Microsoft.Extensions.Time.Testing;

namespace CrashShield.Hosting.Tests.Memory;

public class GcStatisticsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly FakeCollector _gc = new();
    private readonly GcStatistics _statistics;

    public GcStatisticsTests()
    {
        _gc.Full(900);
        _gc.Young(0);
        _statistics = new(_gc, TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(10), _time);
    }

    [Fact]
    public void WhatWasBeforeTheStartDoesNotCount()
    {
        _statistics.ObserveFull();
        Assert.Equal(new(0, 1, 0, 0, TimeSpan.Zero, 0, false), _statistics.Figures());
    }

    [Fact]
    public void FullCollectionIsCountedOnceByWhoeverSeesItFirst()
    {
        _gc.Full(100);
        _statistics.ObserveFull();
        _statistics.Observe();
        _gc.Full(300);
        _statistics.Observe();
        _statistics.ObserveFull();

        Assert.Equal((2, 2), (_statistics.FullTotal, _statistics.FullEnded));
        Assert.Equal((2, TimeSpan.FromMilliseconds(200)), (_statistics.Figures().Full, _statistics.Figures().FullPause));
    }

    [Fact]
    public void TwoKindsOfFullCollectionBetweenTwoReadingsAreBothSeen()
    {
        _gc.Full(100);
        _gc.Full(20, kind: GCKind.Background);
        _statistics.Observe();
        Assert.Equal((2, TimeSpan.FromMilliseconds(60)), (_statistics.Figures().Full, _statistics.Figures().FullPause));
    }

    [Fact]
    public void CollectionInTheBackgroundHasItsPauseWhenItEnds()
    {
        _gc.Begin();
        _statistics.Observe();
        Assert.Equal((1, 0), (_statistics.FullTotal, _statistics.FullEnded));
        _statistics.ObserveFull();
        _gc.End(40);
        _statistics.Observe();
        Assert.Equal((1, 1, TimeSpan.FromMilliseconds(40)), (_statistics.FullTotal, _statistics.FullEnded, _statistics.Figures().FullPause));
    }

    [Fact]
    public void YoungOnesAreThoseThatAreNotFull()
    {
        _gc.Young(0.9);
        _gc.Full();
        _statistics.Observe();
        _gc.Young(0.7);
        _statistics.Observe();
        Assert.Equal(2, _statistics.Figures().YoungPerMinute);
        Assert.Equal(0.8, _statistics.Figures().YoungReclaimed, 3);
    }

    [Fact]
    public void RisingAreEverMoreThatLeaveEverMore()
    {
        Minute(full: 1, left: 100);
        Minute(full: 2, left: 100);
        Minute(full: 3, left: 150);
        Assert.True(_statistics.Figures().IsFullRising);
    }

    [Theory]
    [InlineData(0, 8, 9, 100)]
    [InlineData(0, 0, 9, 150)]
    [InlineData(5, 5, 6, 150)]
    [InlineData(5, 7, 6, 150)]
    public void StepOfTheLoadIsNoRise(int first, int second, int third, long left)
    {
        Minute(first, 100);
        Minute(second, 100);
        Minute(third, left);
        Assert.False(_statistics.Figures().IsFullRising);
    }

    [Fact]
    public void CollectionsOfTheSameTenSecondsAreOneTime()
    {
        for (var i = 0; i < 3; i++)
        {
            _gc.Full();
            _statistics.ObserveFull();
            _time.Advance(TimeSpan.FromSeconds(3));
        }

        Assert.Equal((3, 1), (_statistics.Figures().Full, _statistics.Figures().FullTimes));
        _time.Advance(TimeSpan.FromSeconds(1));
        _gc.Full();
        _statistics.ObserveFull();
        Assert.Equal((4, 2), (_statistics.Figures().Full, _statistics.Figures().FullTimes));
    }

    private void Minute(int full, long left)
    {
        _time.Advance(TimeSpan.FromSeconds(30));
        for (var i = 0; i < full; i++)
        {
            _gc.Full(10, left);
            _statistics.ObserveFull();
        }

        _time.Advance(TimeSpan.FromSeconds(30));
    }
}
