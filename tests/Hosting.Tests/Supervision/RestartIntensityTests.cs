using CrashShield.Hosting.Supervision;
using Microsoft.Extensions.Time.Testing;

namespace CrashShield.Hosting.Tests.Supervision;

public class RestartIntensityTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void RefusesOneTooManyInTheWindow()
    {
        var intensity = new RestartIntensity(2, TimeSpan.FromSeconds(5), _time);

        Assert.True(intensity.TryAdd());
        Assert.True(intensity.TryAdd());
        Assert.False(intensity.TryAdd());
        Assert.Equal(2, intensity.Count);
    }

    [Fact]
    public void WindowSlides()
    {
        var intensity = new RestartIntensity(2, TimeSpan.FromSeconds(5), _time);
        intensity.TryAdd();
        _time.Advance(TimeSpan.FromSeconds(3));
        intensity.TryAdd();

        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.False(intensity.TryAdd());

        _time.Advance(TimeSpan.FromTicks(1));
        Assert.True(intensity.TryAdd());
        Assert.False(intensity.TryAdd());
    }

    [Fact]
    public void NoneAllowedMeansNone() => Assert.False(new RestartIntensity(0, TimeSpan.FromSeconds(5), _time).TryAdd());
}
