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
        for (var longest = 1_000.0; longest < 40_000; longest *= 2)
        {
            var bound = Math.Min(longest, 10_000);
            Assert.InRange(Delay(intensity)!.Value.TotalMilliseconds, bound / 2, bound);
        }
    }

    [Fact]
    public void OneThatHasProvedItselfIsStartedAgainAtOnceAndCounts()
    {
        var intensity = New(3);
        Assert.Equal(TimeSpan.Zero, Delay(intensity, hasProved: true));
        Assert.Equal(TimeSpan.Zero, Delay(intensity, hasProved: true));
        Assert.Equal(TimeSpan.Zero, Delay(intensity));
        Assert.Null(Delay(intensity, hasProved: true));
    }

    [Fact]
    public void OneThatHasProvedItselfEndsTheRow()
    {
        var intensity = New(20);
        for (var i = 0; i < 6; i++)
            Delay(intensity);
        Assert.NotEqual(TimeSpan.Zero, Delay(intensity));

        Assert.Equal(TimeSpan.Zero, Delay(intensity, hasProved: true));
        Assert.Equal(TimeSpan.Zero, Delay(intensity));
        Assert.NotEqual(TimeSpan.Zero, Delay(intensity));
    }

    [Fact]
    public void ARowThatIsSlowToDieEndsToo()
    {
        var intensity = New(3);
        for (var i = 0; i < 3; i++)
        {
            Assert.NotNull(Delay(intensity));
            _time.Advance(TimeSpan.FromSeconds(61));
        }

        Assert.Null(Delay(intensity));
    }

    [Fact]
    public void AnotherBuildBeginsAnotherRow()
    {
        var intensity = New(2);
        Assert.NotNull(Delay(intensity));
        Assert.NotNull(Delay(intensity));
        _time.Advance(TimeSpan.FromSeconds(61));
        intensity.BeginRow();

        Assert.Equal(TimeSpan.Zero, Delay(intensity));
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
        Assert.NotNull(Delay(intensity, hasProved: true));
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Null(Delay(intensity, hasProved: true));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(TimeSpan.Zero, Delay(intensity, hasProved: true));
    }

    [Fact]
    public void NoneIsAllowedToo() => Assert.Null(Delay(New(0)));

    private static TimeSpan? Delay(RestartIntensity intensity, bool hasProved = false) => intensity.TryRestart(hasProved, out var delay) ? delay : null;

    private RestartIntensity New(int count) => new(new RestartLimit(count, TimeSpan.FromSeconds(60)), _time, new Random(1));
}
