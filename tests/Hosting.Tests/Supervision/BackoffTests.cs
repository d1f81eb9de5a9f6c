using CrashShield.Hosting.Supervision;

namespace CrashShield.Hosting.Tests.Supervision;

public class BackoffTests
{
    private static readonly SupervisionPolicy Policy = new() { BackoffBase = TimeSpan.FromMilliseconds(100), BackoffMax = TimeSpan.FromSeconds(1) };

    [Theory]
    [InlineData(1, 100)]
    [InlineData(2, 200)]
    [InlineData(3, 400)]
    [InlineData(4, 800)]
    [InlineData(5, 1000)]
    [InlineData(1000, 1000)]
    [InlineData(int.MaxValue, 1000)]
    public void CapDoublesUpToTheMaximum(int restarts, int milliseconds)
    {
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds / 2.0), Backoff.Delay(Policy, restarts, 0.5));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), Backoff.Delay(Policy, restarts, 1));
    }

    [Fact]
    public void JitterIsFullFromNothingToTheCap()
    {
        var random = new Random(1);
        var delays = Enumerable.Range(0, 10_000).Select(_ => Backoff.Delay(Policy, 2, random.NextDouble()).TotalMilliseconds).ToArray();

        Assert.All(delays, delay => Assert.InRange(delay, 0, 200));
        Assert.InRange(delays.Min(), 0, 2);
        Assert.InRange(delays.Max(), 198, 200);
        Assert.InRange(delays.Average(), 95, 105);
    }

    [Fact]
    public void MaximumBelowTheBaseCounts() => Assert.Equal(
        TimeSpan.FromMilliseconds(10), Backoff.Delay(Policy with { BackoffMax = TimeSpan.FromMilliseconds(10) }, 1, 1));

    [Fact]
    public void NoBaseIsNoWait() => Assert.Equal(TimeSpan.Zero, Backoff.Delay(Policy with { BackoffBase = TimeSpan.Zero }, 2_000, 1));
}
