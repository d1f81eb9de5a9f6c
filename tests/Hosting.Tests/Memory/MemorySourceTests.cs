using System.Diagnostics.Metrics;
using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.Memory;
using CrashShield.Hosting.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace CrashShield.Hosting.Tests.Memory;

public class MemorySourceTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly FakeCollector _gc = new();
    private readonly GcStatistics _statistics;
    private readonly MemorySource _source;

    public MemorySourceTests()
    {
        var meters = new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>();
        _statistics = new(_gc, TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(10), _time);
        _source = new(_gc, _statistics, new ShieldMeter(meters), Options.Create(new CrashShieldOptions()), NullLogger<MemorySource>.Instance, _time);
    }

    [Fact]
    public void IsReadEverySecondAndJudgesEveryTen()
    {
        Assert.Equal(("memory", TimeSpan.FromSeconds(1)), (_source.Name, _source.Interval));
        _gc.Full(900);
        Seconds(10);
        _gc.Full(900);
        Assert.InRange(Seconds(9).Pressure, 0, 0.8);
        Assert.Equal(new(1, "the mean pause of a full collection is 900 ms"), Seconds(1));
    }

    [Theory]
    [InlineData(2, 801, true)]
    [InlineData(2, 800, false)]
    [InlineData(2, 700, false)]
    [InlineData(3, 500, false)]
    [InlineData(3, 501, true)]
    [InlineData(30, 499, false)]
    public void FullCollections(int count, int pause, bool isDanger)
    {
        // They come again and again.
        for (var i = 0; i < count; i++)
        {
            _gc.Full(pause);
            _statistics.ObserveFull();
            Seconds(30 / count);
        }

        AssertDanger(isDanger, Seconds(10));
    }

    [Fact]
    public void ThreeFullCollectionsInMoreThanAMinuteAreNone()
    {
        for (var i = 0; i < 6; i++)
        {
            _gc.Full(600);
            Assert.True(Seconds(30).Pressure <= 0.8);
        }
    }

    [Theory]
    [InlineData(15, 0.94, true, true)]
    [InlineData(14, 0.94, true, false)]
    [InlineData(15, 0.95, true, false)]
    [InlineData(15, 0.94, false, false)]
    [InlineData(1_000, 0.5, false, false)]
    public void YoungCollectionsNeedTheSecondStage(int perMinute, double reclaimed, bool isRising, bool isDanger)
    {
        for (var minute = 1; minute <= 3; minute++)
        {
            Seconds(30);
            for (var i = 0; i < (isRising ? minute : 2); i++)
            {
                _gc.Full(10, left: 100 * minute);
                _statistics.ObserveFull();
            }

            Seconds(30 - (minute / 3));
        }

        for (var i = 0; i < perMinute; i++)
        {
            _gc.Young(reclaimed);
            _statistics.Observe();
        }

        var reading = Seconds(1);
        AssertDanger(isDanger, reading);
        if (isDanger)
            Assert.Equal("15 young collections a minute reclaim only 94 %, and full ones went from 2 to 3", reading.Reason);
    }

    [Fact]
    public void DangerPassesWithItsWindow()
    {
        _gc.Full(900);
        Seconds(10);
        _gc.Full(900);
        AssertDanger(true, Seconds(49));
        Assert.InRange(Seconds(11).Pressure, 0, 0.8);
        Assert.Equal(0, Seconds(10).Pressure);
    }

    [Fact]
    public void OneLongPauseOfALargeHeapIsNoMean()
    {
        _gc.Full(1_500);
        for (var i = 0; i < 70; i++)
            AssertDanger(false, Seconds(1));
    }

    [Theory]
    [InlineData(2, 900)]
    [InlineData(3, 600)]
    public void CollectionsThatTheApplicationAsksForComeTogetherAndAreNoDanger(int count, int pause)
    {
        // At night: GC.Collect(), wait for the finalizers, GC.Collect().
        for (var night = 0; night < 2; night++)
        {
            for (var i = 0; i < count; i++)
            {
                _gc.Full(pause);
                AssertDanger(false, Seconds(2));
            }

            for (var i = 0; i < 70; i++)
                AssertDanger(false, Seconds(1));
        }
    }

    [Fact]
    public void LargeHeapThatIsMostlyGarbageIsNone()
    {
        // A Server collector lets it grow towards what it may have.
        for (var i = 0; i < 20; i++)
        {
            _gc.Used = 900;
            AssertDanger(false, Seconds(4));
            _gc.Used = 300;
            _gc.Full(100, left: 300);
            AssertDanger(false, Seconds(10));
        }
    }

    [Fact]
    public void HeapOpensWithinTenSeconds()
    {
        var state = new SourceState("memory", new CircuitOptions(), _time);
        _gc.Used = 950;
        Seconds(1);
        _gc.Full(10, left: 950);
        for (var i = 0; i < 9; i++)
            state.Take(Seconds(1));
        Assert.Equal(CircuitLevel.Open, state.Level);
    }

    [Fact]
    public void IdleReadingAllocatesNothing()
    {
        _gc.Young();
        _gc.Full();
        Seconds(20);
        var allocated = 0L;
        for (var i = 0; i < 100; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            _source.Read();
            allocated += GC.GetAllocatedBytesForCurrentThread() - before;
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(0, allocated);
    }

    [Fact]
    public void ClockThatJumpsChangesNothing()
    {
        _gc.Full(900);
        Seconds(10);
        _gc.Full(900);
        Seconds(20);
        _time.AdjustTime(_time.GetUtcNow().AddDays(-400));
        AssertDanger(true, Seconds(10));
    }

    private static void AssertDanger(bool isDanger, PressureReading reading)
    {
        Assert.Equal(isDanger, reading.Pressure == 1);
        Assert.Equal(isDanger, reading.Reason is not null);
        Assert.True(isDanger || reading.Pressure <= 0.8);
    }

    /// <summary>Reads once a second.</summary>
    /// <returns>The last reading.</returns>
    private PressureReading Seconds(int seconds)
    {
        var reading = PressureReading.None;
        for (var i = 0; i < seconds; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            reading = _source.Read();
        }

        return reading;
    }
}
