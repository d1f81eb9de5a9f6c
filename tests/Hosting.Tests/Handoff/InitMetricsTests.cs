using System.Diagnostics.Metrics;
using CrashShield.Handoff.Protocol;
using CrashShield.Hosting.Handoff;
using CrashShield.Hosting.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace CrashShield.Hosting.Tests.Handoff;

public sealed class InitMetricsTests : IDisposable
{
    private readonly ShieldMeter _meter = new(new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>());
    private readonly List<string> _measured = [];
    private readonly InitMetrics _metrics;

    public InitMetricsTests()
    {
        _meter.AttachTo(instrument => (value, tags) => _measured.Add($"{instrument.Name}={value}{(tags.Length > 0 ? $" {tags[0].Key}={tags[0].Value}" : "")}"));
        _metrics = new(_meter);
    }

    public void Dispose() => _meter.Dispose();

    [Fact]
    public void WithoutAnInitThereIsNothing()
    {
        _meter.Observe();
        Assert.Empty(_measured);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("killed")]
    [InlineData("killed at=never detail=x")]
    public void AnInitWithoutADeathThatCanBeReadHasTwoFigures(string? lastDeath)
    {
        _metrics.Told(new(ControlType.Figures) { Generation = 3, Restarts = 1, LastDeath = lastDeath });
        _meter.Observe();
        Assert.Equal(["crashshield.init.restarts=1", "crashshield.init.generation=3"], _measured);
    }

    [Fact]
    public void TheLastDeathHasItsTimeAndItsKind()
    {
        _metrics.Told(new(ControlType.Figures) { Generation = 3, Restarts = 1, LastDeath = "oom-killed code=137 generation=2 at=1970-01-01T00:01:40.500Z detail=killed at=dawn" });
        _meter.Observe();
        Assert.Equal("crashshield.init.last_death=100.5 kind=oom-killed", _measured[^1]);
    }
}
