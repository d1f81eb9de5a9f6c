using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.Handoff;
using CrashShield.Hosting.Tests.Signals;
using Microsoft.Extensions.Logging.Abstractions;

namespace CrashShield.Hosting.Tests.Handoff;

public sealed class ProbationWatchTests : IDisposable
{
    private readonly SignalFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void OneUnhealthyRoundIsEnough()
    {
        var checks = _fixture.Circuit.Add("health-checks");
        var watch = Watch();
        _fixture.Circuit.Report(checks, PressureReading.None);
        Assert.Null(watch.WhyNotWell());
        _fixture.Circuit.Report(checks, new(1, "database is Unhealthy"));
        Assert.Equal("not healthy: database is Unhealthy", watch.WhyNotWell());
    }

    [Fact]
    public void RoundFromBeforeItWasReadyDoesNotCount()
    {
        var checks = _fixture.Circuit.Add("health-checks");
        _fixture.Circuit.Report(checks, new(1, "database is Unhealthy"));
        var watch = Watch();
        Assert.Null(watch.WhyNotWell());
        Assert.Null(watch.WhyNotWell());
    }

    [Theory]
    [InlineData("thread-pool", null)]
    [InlineData("container", null)]
    [InlineData("leaks", "leaks: too many")]
    public void LoadIsNotTheBuilds(string source, string? why)
    {
        Open(source);
        Assert.Equal(CircuitLevel.Open, _fixture.Circuit.Level);
        Assert.Equal(why, Watch().WhyNotWell());
    }

    [Fact]
    public void LoadDoesNotHideWhatIsTheBuilds()
    {
        Open("thread-pool");
        Open("leaks");
        Assert.Equal("leaks: too many", Watch().WhyNotWell());
    }

    [Fact]
    public void FailedCircuitCountsAndAHoldDoesNot()
    {
        _fixture.Circuit.Hold(CircuitLevel.Open, "maintenance");
        Assert.Null(Watch().WhyNotWell());
        _fixture.Circuit.Fail("the licence is gone");
        Assert.Equal("its circuit is Failed: the licence is gone", Watch().WhyNotWell());
    }

    private ProbationWatch Watch() =>
        new(_fixture.Circuit, Microsoft.Extensions.Options.Options.Create(_fixture.Options), NullLogger<ProbationWatch>.Instance, _fixture.Time);

    private void Open(string name)
    {
        var source = _fixture.Circuit.Add(name);
        for (var i = 0; i < _fixture.Options.Circuit.EnterSamples; i++)
            _fixture.Circuit.Report(source, new(1, "too many"));
    }
}
