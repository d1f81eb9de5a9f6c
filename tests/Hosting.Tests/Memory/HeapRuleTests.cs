using CrashShield.Hosting.Memory;
using Microsoft.Extensions.Time.Testing;

namespace CrashShield.Hosting.Tests.Memory;

public class HeapRuleTests
{
    private const long MiB = 1024 * 1024;
    private readonly FakeTimeProvider _time = new();
    private readonly HeapRule _rule;
    private int _full;
    private int _asked;

    public HeapRuleTests() => _rule = new(new MemoryOptions(), _time);

    [Fact]
    public void FullHeapOpensWhenItStaysSoAfterAFullCollection()
    {
        Assert.True(Seconds(3, 95) <= 0.8);
        _full++;
        Assert.True(Seconds(2, 95) <= 0.8);
        Assert.Equal(1, Seconds(1, 95));
        Assert.Equal(0, _asked);
    }

    [Fact]
    public void ShortSpikeChangesNothing()
    {
        for (var i = 0; i < 20; i++)
        {
            _full++;
            Assert.True(Seconds(4, 99) <= 0.8);
            Assert.True(Seconds(1, 60) <= 0.8);
        }
    }

    [Fact]
    public void ReasonNamesTheFigures()
    {
        Seconds(1, 88);
        _full++;
        Seconds(5, 88);
        var reading = _rule.Take(88 * MiB, 100 * MiB, _full).Reading;
        Assert.InRange(reading.Pressure, 0.9, 0.99);
        Assert.Equal("the heap uses 88 of 100 MiB (88 %)", reading.Reason);
    }

    [Fact]
    public void GarbageIsCollectedBeforeItTrips()
    {
        Assert.True(Seconds(7, 95) <= 0.8);
        Assert.Equal(1, _asked);
        _full++;
        Assert.True(Seconds(60, 40) <= 0.8);
        Assert.Equal(1, _asked);
    }

    [Fact]
    public void CollectionThatIsSeenTogetherWithTheRiseTellsNothing()
    {
        Seconds(1, 40);
        _full++;
        Assert.True(Seconds(6, 95) <= 0.8);
        Assert.Equal(1, _asked);
        _full++;
        Assert.Equal(1, Seconds(1, 95));
    }

    [Fact]
    public void CollectorThatDoesNotAnswerIsNotWaitedForLongerThanTenSeconds()
    {
        Seconds(15, 95);
        Assert.Equal(1, Seconds(1, 95));
    }

    [Fact]
    public void IdleProcessIsCollectedAgainSoThatItRecovers()
    {
        Seconds(1, 95);
        _full++;
        Assert.Equal(1, Seconds(30, 95));
        Assert.Equal(0, _asked);
        Seconds(10, 95);
        Assert.Equal(1, _asked);
        Assert.True(Seconds(1, 40) < 0.8);
    }

    [Fact]
    public void OnceHighItStaysSoUntilItFallsToTheLowerThreshold()
    {
        Seconds(1, 90);
        _full++;
        Assert.True(Seconds(6, 90) >= 0.9);
        Assert.InRange(Seconds(1, 80), 0.81, 0.89);
        Assert.InRange(Seconds(1, 86), 0.9, 0.99);
        Assert.True(Seconds(1, 75) <= 0.8);
    }

    private double Seconds(int seconds, int used)
    {
        var pressure = 0d;
        for (var i = 0; i < seconds; i++)
        {
            var (reading, ask) = _rule.Take(used * MiB, 100 * MiB, _full);
            (pressure, _asked) = (reading.Pressure, _asked + (ask ? 1 : 0));
            Assert.Equal(pressure > 0.8, reading.Reason is not null);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        return pressure;
    }
}
