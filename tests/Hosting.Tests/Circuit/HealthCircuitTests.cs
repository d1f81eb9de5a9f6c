using System.Diagnostics.Metrics;
using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace CrashShield.Hosting.Tests.Circuit;

public class HealthCircuitTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly HealthCircuit _circuit;
    private readonly ShieldMeter _meter;
    private readonly List<CircuitTransition> _changes = [];

    public HealthCircuitTests()
    {
        var meters = new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>();
        _meter = new(meters);
        _circuit = new(_meter, NullLogger<HealthCircuit>.Instance, Options.Create(new CrashShieldOptions()), _time);
        _circuit.Changed += _changes.Add;
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
        _circuit.Release();

        Assert.Equal((CircuitLevel.Failed, _time.Start.AddMinutes(1)), (first.Level, first.Since));
        Assert.Equal(first, _circuit.State);
        Assert.Single(_changes);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(null)]
    public void FailureNeedsAReason(string? reason) => Assert.ThrowsAny<ArgumentException>(() => _circuit.Fail(reason!));

    [Fact]
    public void MetricsTellABlindSourceFromACalmOne()
    {
        var shown = new List<string>();
        _meter.AttachTo(instrument => instrument.Name.StartsWith("crashshield.pressure", StringComparison.Ordinal)
            ? (value, tags) => shown.Add(FormattableString.Invariant($"{instrument.Name} {tags[0].Value} {value}"))
            : null);
        Report(_circuit.Add("memory"), 0.5, "half");
        _circuit.Blind(_circuit.Add("container"), "it hangs");

        _meter.Observe();

        Assert.Equal(
            ["crashshield.pressure memory 0.5", "crashshield.pressure container 0", "crashshield.pressure.blind memory 0", "crashshield.pressure.blind container 1"], shown);
    }

    [Fact]
    public void ReasonFollowsTheOperatorWhileTheLevelStays()
    {
        Report(_circuit.Add("memory"), 1, "195 of 200 MiB");
        _circuit.Hold(CircuitLevel.Open, "first");
        _circuit.Hold(CircuitLevel.Open, "second");
        Assert.Equal("second", _circuit.State.Reason);
        _circuit.Release();
        Assert.Equal((CircuitLevel.Open, "memory: 195 of 200 MiB"), (_circuit.Level, _circuit.State.Reason));
        Assert.Single(_changes);
    }

    [Fact]
    public void ReasonIsOfASourceThatStillAsks()
    {
        var (memory, container) = (_circuit.Add("memory"), _circuit.Add("container"));
        Report(memory, 0.95, "full");
        Report(container, 0.95, "throttled");
        Assert.Equal("memory: full", _circuit.State.Reason);

        _circuit.Blind(memory, "it hangs");
        Assert.Equal((CircuitLevel.Degraded, "container: throttled"), (_circuit.Level, _circuit.State.Reason));
        Assert.Single(_changes);
    }

    [Fact]
    public void WorstSourceCounts()
    {
        var (memory, pool) = (_circuit.Add("memory"), _circuit.Add("thread-pool"));
        Report(pool, 0.95, "waits");
        Report(memory, 1, "195 of 200 MiB");
        Assert.Equal((CircuitLevel.Open, "memory: 195 of 200 MiB"), (_circuit.Level, _circuit.State.Reason));

        _circuit.Blind(memory, "it hangs");
        Assert.Equal((CircuitLevel.Degraded, "thread-pool: waits"), (_circuit.Level, _circuit.State.Reason));
        Assert.Equal(
            [(CircuitLevel.Closed, CircuitLevel.Degraded), (CircuitLevel.Degraded, CircuitLevel.Open), (CircuitLevel.Open, CircuitLevel.Degraded)],
            _circuit.History.Select(change => (change.From, change.To)));
        Assert.Equal(_circuit.History, _changes);
    }

    [Fact]
    public void ReadinessFallsOnlyAfterItHasBeenOpenForAWhile()
    {
        Report(_circuit.Add("memory"), 1, "full");
        Assert.True(_circuit.IsReady);
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.False(_circuit.IsReady);
    }

    [Fact]
    public void OperatorHoldsALevelUntilItIsReleased()
    {
        _circuit.Hold(CircuitLevel.Degraded, "SIGUSR1");
        Assert.Equal((CircuitLevel.Degraded, "SIGUSR1", false), (_circuit.Level, _circuit.State.Reason, _circuit.IsReady));
        Report(_circuit.Add("memory"), 1, "full");
        Assert.Equal(CircuitLevel.Open, _circuit.Level);
        _circuit.Release();
        Assert.Equal((CircuitLevel.Open, CircuitLevel.Closed), (_circuit.Level, _circuit.Held));
        Assert.Throws<ArgumentOutOfRangeException>(() => _circuit.Hold(CircuitLevel.Failed, "no"));
    }

    [Fact]
    public void FurtherSourceInTroubleIsToldOnce()
    {
        var joined = new List<CircuitTransition>();
        _circuit.Joined += joined.Add;
        var (pool, memory) = (_circuit.Add("thread-pool"), _circuit.Add("memory"));
        Report(pool, 1, "starved");
        Report(memory, 1, "full");
        Report(memory, 1, "fuller");

        var told = Assert.Single(joined);
        Assert.Equal((CircuitLevel.Open, CircuitLevel.Open, "memory: full"), (told.From, told.To, told.Reason));
        Assert.Single(_changes);
    }

    [Fact]
    public void ReadingThatChangesNothingAllocatesNothing()
    {
        var source = _circuit.Add("memory");
        Report(source, 0.95, "high");
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
            _circuit.Report(source, new(0.9, "high"));
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private void Report(SourceState source, double pressure, string reason)
    {
        for (var i = 0; i < 3; i++)
            _circuit.Report(source, new(pressure, reason));
    }
}
