using CrashShield.Init.Options;
using CrashShield.Init.Workers;
using Microsoft.Extensions.Time.Testing;

namespace CrashShield.Init.Tests.Workers;

public class RestartIntensityTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void TheFirstRestartIsAtOnceAndTheNextOnesWaitLongerAndLonger()
    {
        var intensity = New(20);
        Assert.Equal(TimeSpan.Zero, Delay(intensity));
        for (var longest = 100.0; longest < 20_000; longest *= 2)
        {
            var bound = Math.Min(longest, 10_000);
            Assert.InRange(Delay(intensity)!.Value.TotalMilliseconds, bound / 2, bound);
        }
    }

    [Fact]
    public void OneThatHasServedIsStartedAgainAtOnceAndCounts()
    {
        var intensity = New(3);
        Assert.Equal(TimeSpan.Zero, Delay(intensity, hasServed: true));
        Assert.Equal(TimeSpan.Zero, Delay(intensity, hasServed: true));
        Assert.NotEqual(TimeSpan.Zero, Delay(intensity));
        Assert.Null(Delay(intensity, hasServed: true));
    }

    [Fact]
    public void AboveTheLimitThereIsNoRestart()
    {
        var intensity = New(2);
        Assert.NotNull(Delay(intensity));
        Assert.NotNull(Delay(intensity));
        Assert.Null(Delay(intensity));
        Assert.Equal(2, intensity.Total);
    }

    [Fact]
    public void RestartsOutsideTheWindowAreForgotten()
    {
        var intensity = New(1);
        Assert.NotNull(Delay(intensity));
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Null(Delay(intensity));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(TimeSpan.Zero, Delay(intensity));
    }

    [Fact]
    public void NoneIsAllowedToo() => Assert.Null(Delay(New(0)));

    private static TimeSpan? Delay(RestartIntensity intensity, bool hasServed = false) => intensity.TryRestart(hasServed, out var delay) ? delay : null;

    private RestartIntensity New(int count) => new(new RestartLimit(count, TimeSpan.FromSeconds(60)), _time, new Random(1));
}
