using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.Handoff;
using CrashShield.Hosting.HealthChecks;
using CrashShield.Hosting.Tests.Signals;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Tests.Handoff;

public sealed class ProbationWatchTests : IDisposable
{
    private readonly SignalFixture _fixture = new();
    private readonly ServiceProvider _services;
    private readonly HealthCheckRounds _checks;
    private bool _isHealthy = true;

    public ProbationWatchTests()
    {
        var services = new ServiceCollection().AddLogging();
        services.AddHealthChecks().AddCheck("database", () => _isHealthy ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("no connection"));
        _services = services.BuildServiceProvider();
        _checks = new(
            new(_services.GetRequiredService<IServiceScopeFactory>(), _services.GetRequiredService<HealthCheckService>(), NullLogger<QuietHealthChecks>.Instance),
            _services.GetRequiredService<IOptions<HealthCheckServiceOptions>>(),
            Options.Create(_fixture.Options),
            NullLogger<HealthCheckRounds>.Instance);
    }

    public void Dispose()
    {
        _services.Dispose();
        _fixture.Dispose();
    }

    [Fact]
    public void OneUnhealthyRoundIsEnough()
    {
        var watch = Watch();
        _checks.Run();
        Assert.Null(watch.WhyNotWell());
        _isHealthy = false;
        _checks.Run();
        Assert.Equal("not healthy: database is Unhealthy (no connection)", watch.WhyNotWell());
    }

    [Fact]
    public void RoundFromBeforeItWasReadyDoesNotCount()
    {
        _isHealthy = false;
        _checks.Run();
        var watch = Watch();
        Assert.Null(watch.WhyNotWell());
        Assert.Null(watch.WhyNotWell());
    }

    [Fact]
    public void CheckThatWasNotChosenDoesNotCount()
    {
        _fixture.Options.HealthChecks.Handover.Tags.Add("build");
        var watch = Watch();
        _checks.Run();
        Assert.Null(watch.WhyNotWell());
        _isHealthy = false;
        _checks.Run();
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
        new(_fixture.Circuit, _checks, Options.Create(_fixture.Options), NullLogger<ProbationWatch>.Instance, _fixture.Time);

    private void Open(string name)
    {
        var source = _fixture.Circuit.Add(name);
        for (var i = 0; i < _fixture.Options.Circuit.EnterSamples; i++)
            _fixture.Circuit.Report(source, new(1, "too many"));
    }
}
