using CrashShield.Hosting.Leaks;

namespace CrashShield.Hosting.Tests.Leaks;

/// <summary>A count a second.</summary>
public class SurgeDetectorTests
{
    private const int Hour = 3_600;

    [Theory]
    [InlineData(5, 60)]
    [InlineData(20, 60)]
    [InlineData(30, 120)]
    [InlineData(1, 7)]
    public void AnHourOfBurstsIsNoSurge(int length, int period)
    {
        var detector = new SurgeDetector(new LeakOptions());
        var random = new Random(length);
        for (var second = 0; second < Hour; second++)
        {
            var calm = 1_000 + random.Next(200);
            Assert.Null(detector.Sample(TimeSpan.FromSeconds(second), second % period < length ? calm * 10 : calm));
        }
    }

    [Fact]
    public void BurstsAtRandomTimesAreNoSurge()
    {
        var detector = new SurgeDetector(new LeakOptions());
        var random = new Random(42);
        var burst = 0;
        for (var second = 0; second < Hour; second++)
        {
            burst = burst > 0 ? burst - 1 : random.Next(20) == 0 ? random.Next(40) : 0;
            Assert.Null(detector.Sample(TimeSpan.FromSeconds(second), (burst > 0 ? 1_000 : 100) + random.Next(20)));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(7)]
    public void SteadyLeakIsASurgeWithinAMinuteWheneverItBegins(int begins)
    {
        var detector = new SurgeDetector(new LeakOptions());
        Surge? surge = null;
        var second = 0;
        for (; surge is null && second <= begins + 60; second++)
            surge = detector.Sample(TimeSpan.FromSeconds(second), 50 + (5 * Math.Max(0, second - begins)));

        Assert.NotNull(surge);
        Assert.True(surge.Value.To - surge.Value.From >= 100);
    }

    [Fact]
    public void SlowGrowthOfALargeCountIsNone()
    {
        var detector = new SurgeDetector(new LeakOptions());
        for (var second = 0; second < 600; second++)
            Assert.Null(detector.Sample(TimeSpan.FromSeconds(second), 100_000 + (5 * second)));
    }
}
