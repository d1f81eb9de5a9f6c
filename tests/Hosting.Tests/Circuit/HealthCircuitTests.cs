using System.Diagnostics.Metrics;
using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CrashShield.Hosting.Tests.Circuit;

public class HealthCircuitTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly HealthCircuit _circuit;

    public HealthCircuitTests()
    {
        var meters = new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>();
        _circuit = new(new ShieldMeter(meters), NullLogger<HealthCircuit>.Instance, _time);
    }

    [Fact]
    public void BeginsClosed() => Assert.Equal(new(CircuitLevel.Closed, null, _time.Start), _circuit.State);

    [Fact]
    public void FailureIsLatchedWithItsFirstReason()
    {
        _time.Advance(TimeSpan.FromMinutes(1));
        Parallel.For(0, 100, i => _circuit.Fail($"reason {i}"));
        var first = _circuit.State;
        _circuit.Fail("later");

        Assert.Equal((CircuitLevel.Failed, _time.Start.AddMinutes(1)), (first.Level, first.Since));
        Assert.Equal(first, _circuit.State);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(null)]
    public void FailureNeedsAReason(string? reason) => Assert.ThrowsAny<ArgumentException>(() => _circuit.Fail(reason!));
}
