using CrashShield.Hosting.Drain;
using Microsoft.Extensions.Hosting;

namespace CrashShield.Hosting.Tests.Drain;

public class DrainTimesTests
{
    private readonly CrashShieldOptions _options = new();
    private readonly HostOptions _host = new();

    [Fact]
    public void InProductionItWaits()
    {
        var times = Of();
        Assert.Equal((TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(2), null), (times.Delay, times.LameDuck, times.GracePeriod));
        Assert.Equal(TimeSpan.FromSeconds(5 + 2 + 30 + 30), times.Total);
        Assert.False(times.Overrun);
    }

    [Fact]
    public void InDevelopmentItDoesNotUnlessTold()
    {
        Assert.Equal((TimeSpan.Zero, TimeSpan.Zero), (Of(isDevelopment: true).Delay, Of(isDevelopment: true).LameDuck));
        _options.Drain.Delay = TimeSpan.FromSeconds(1);
        Assert.Equal(TimeSpan.FromSeconds(1), Of(isDevelopment: true).Delay);
    }

    [Fact]
    public void KubernetesKillsAfterItsGracePeriod()
    {
        Assert.Equal((TimeSpan.FromSeconds(45), true), (Of(isKubernetes: true).GracePeriod, Of(isKubernetes: true).Overrun));
        _options.Drain.GracePeriod = TimeSpan.FromSeconds(67);
        Assert.False(Of(isKubernetes: true).Overrun);
    }

    [Fact]
    public void WhoWaitsForEverOverrunsAnyGracePeriod()
    {
        _host.ShutdownTimeout = Timeout.InfiniteTimeSpan;
        _options.Drain.GracePeriod = TimeSpan.FromDays(1);
        Assert.Equal((null, true), (Of().Total, Of().Overrun));
    }

    private DrainTimes Of(bool isDevelopment = false, bool isKubernetes = false) => DrainTimes.Of(_options, _host, isDevelopment, isKubernetes);
}
