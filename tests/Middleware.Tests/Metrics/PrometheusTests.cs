using System.Diagnostics.Metrics;
using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.Telemetry;
using CrashShield.Hosting.ThreadPools.Diagnosis;

namespace CrashShield.Middleware.Tests.Metrics;

public class PrometheusTests
{
    [Fact]
    public async Task ShowsEveryKindOfInstrumentUnderItsStandardName()
    {
        using var meter = new Meter("Prometheus.Tests." + Guid.NewGuid());
        var counter = meter.CreateCounter<long>("test.jobs", "{job}", "Jobs.");
        var level = meter.CreateUpDownCounter<int>("test.level");
        var duration = meter.CreateHistogram("test.duration", "s", null, null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] });
        meter.CreateObservableCounter("test.bytes", () => 7L, "By");
        meter.CreateObservableGauge("test.now", () => new Measurement<double>(0.5, new KeyValuePair<string, object?>("unit.name", "x")));

        await using var app = await ShieldedApp.StartAsync(
            app => app.UseCrashShield(), shield => shield.Telemetry.Meters.Add("Prometheus.Tests.*"));
        counter.Add(2, new("b", 1), new("a.name", "x"));
        counter.Add(3, new("a.name", "x"), new("b", 1));
        counter.Add(1, new("a.name", "x"), new("b", null));
        level.Add(5);
        level.Add(-2);
        duration.Record(0.5);

        var metrics = (await app.Http1.GetStringAsync("/metrics", TestContext.Current.CancellationToken)).Split('\n');

        Assert.Contains("# TYPE test_jobs_total counter", metrics);
        Assert.Contains("""test_jobs_total{a_name="x",b="1"} 5""", metrics);
        Assert.Contains("""test_jobs_total{a_name="x"} 1""", metrics);
        Assert.Contains("test_level 3", metrics);
        Assert.Contains("""test_duration_seconds_bucket{le="0.1"} 0""", metrics);
        Assert.Contains("""test_duration_seconds_bucket{le="1"} 1""", metrics);
        Assert.Contains("test_bytes_total 7", metrics);
        Assert.Contains("""test_now{unit_name="x"} 0.5""", metrics);
    }

    [Fact]
    public async Task WhatIsNotReportedAnyMoreIsNotShownAnyMore()
    {
        using var meter = new Meter("Prometheus.Gone." + Guid.NewGuid());
        var state = "cold";
        meter.CreateObservableGauge("gone.state", () => new Measurement<int>(1, new KeyValuePair<string, object?>("state", Volatile.Read(ref state))));
        meter.CreateObservableUpDownCounter("gone.jobs", () => new Measurement<int>(1, new KeyValuePair<string, object?>("state", Volatile.Read(ref state))));
        await using var app = await ShieldedApp.StartAsync(app => app.UseCrashShield(), shield => shield.Telemetry.Meters.Add("Prometheus.Gone.*"));
        var told = meter.CreateGauge<int>("gone.told.later");
        told.Record(1, new KeyValuePair<string, object?>("state", "cold"));

        foreach (var now in new[] { "cold", "warm", "cold" })
        {
            Volatile.Write(ref state, now);
            var shown = (await app.Http1.GetStringAsync("/metrics", TestContext.Current.CancellationToken)).Split('\n').Where(line => line.StartsWith("gone_", StringComparison.Ordinal));
            Assert.Equal([$$"""gone_jobs{state="{{now}}"} 1""", $$"""gone_state{state="{{now}}"} 1""", """gone_told_later{state="cold"} 1"""], shown.Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task TheProcessHasOneStateAtATime()
    {
        await using var app = await ShieldedApp.StartAsync(app => app.UseCrashShield());
        var states = (await app.Http1.GetStringAsync("/metrics", TestContext.Current.CancellationToken)).Split('\n')
            .Where(line => line.StartsWith("crashshield_processor_state{", StringComparison.Ordinal)).ToArray();
        Assert.Equal(Enum.GetNames<ProcessorState>().Length, states.Length);
        Assert.Single(states, line => line.EndsWith(" 1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task MeasurementThatPrometheusCannotShowIsDroppedAndCounted()
    {
        using var meter = new Meter("Prometheus.Odd." + Guid.NewGuid());
        await using var app = await ShieldedApp.StartAsync(app => app.UseCrashShield(), shield => shield.Telemetry.Meters.Add("Prometheus.Odd.*"));

        meter.CreateCounter<int>("odd.negative").Add(-1);
        meter.CreateCounter<int>("odd.tags").Add(1, new("a.b", 1), new("a_b", 2), new("c", 3));
        meter.CreateCounter<int>("odd.empty").Add(1, new KeyValuePair<string, object?>("", 1));
        meter.CreateCounter<int>("odd.reserved").Add(1, new KeyValuePair<string, object?>("__n", 1));
        meter.CreateHistogram<double>("odd.le").Record(1, new KeyValuePair<string, object?>("le", 1));
        meter.CreateCounter<int>("odd.taken").Add(1);
        meter.CreateUpDownCounter<int>("odd.taken.total").Add(1);

        var metrics = (await app.Http1.GetStringAsync("/metrics", TestContext.Current.CancellationToken)).Split('\n');
        Assert.Contains("""odd_tags_total{a_b="2",c="3"} 1""", metrics);
        Assert.Contains("odd_taken_total 1", metrics);
        foreach (var dropped in new[] { "odd_negative_total", "odd_reserved_total", "odd_le", "odd_taken_total" })
            Assert.Contains($"crashshield_metrics_dropped_total{{instrument=\"{dropped}\"}} 1", metrics);
    }

    [Fact]
    public async Task InstrumentOfTheApplicationsOwnMakingIsLeftOutOrShownButNeverFailsIt()
    {
        using var meter = new Meter("Prometheus.Own." + Guid.NewGuid());
        await using var app = await ShieldedApp.StartAsync(app => app.UseCrashShield(), shield => shield.Telemetry.Meters.Add("Prometheus.Own.*"));

        _ = new OwnInstrument(meter);
        meter.CreateCounter<int>("own.help", null, "line one\nbad line {").Add(1);

        var metrics = (await app.Http1.GetStringAsync("/metrics", TestContext.Current.CancellationToken)).Split('\n');
        Assert.Contains("# HELP own_help_total line one bad line {", metrics);
    }

    [Fact]
    public async Task RecordingAKnownSeriesAllocatesNothing()
    {
        using var meter = new Meter("Prometheus.Allocation." + Guid.NewGuid());
        await using var app = await ShieldedApp.StartAsync(app => app.UseCrashShield(), shield => shield.Telemetry.Meters.Add("Prometheus.Allocation.*"));
        var counter = meter.CreateCounter<long>("test.allocation");
        AssertAllocatesNothing(() => counter.Add(1, new("a", "x"), new("b", "y"), new("c", "z")));
    }

    [Fact]
    public async Task RecordingOneOfOurOwnAllocatesNothing()
    {
        await using var app = await ShieldedApp.StartAsync(app => app.UseCrashShield());
        var counter = app.Services.GetRequiredService<ShieldMeter>().CreateCounter("crashshield.test.allocation", "{test}", "A test's.");
        AssertAllocatesNothing(() => counter.Add(1, new("a", "x"), new("b", "y"), new("c", "z")));
        Assert.Contains(
            """crashshield_test_allocation_total{a="x",b="y",c="z"} 1001""",
            await app.Http1.GetStringAsync("/metrics", TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OthersMetersRestWhileDegradedAndGoOnAsBefore()
    {
        using var meter = new Meter("Prometheus.Rest." + Guid.NewGuid());
        var counter = meter.CreateCounter<long>("rest.jobs");
        var running = meter.CreateUpDownCounter<long>("rest.running");
        var read = 0;
        var now = meter.CreateObservableGauge("rest.now", () => ++read);
        await using var app = await ShieldedApp.StartAsync(app => app.UseCrashShield(), shield => shield.Telemetry.Meters.Add("Prometheus.Rest.*"));
        var circuit = app.Services.GetRequiredService<HealthCircuit>();
        counter.Add(1);
        running.Add(1);

        for (var round = 0; round < 2; round++)
        {
            circuit.Hold(CircuitLevel.Degraded, "a test");
            await app.Log.UntilAsync(() => !counter.Enabled && !now.Enabled);
            counter.Add(100);
            // What has begun before ends now: it must not be forgotten.
            running.Add(round == 0 ? -1 : 1);
            var before = read;
            var resting = await ShownAsync();
            Assert.Equal(before, read);
            Assert.Contains(FormattableString.Invariant($"rest_jobs_total {1 + round}"), resting);
            Assert.Contains("# TYPE crashshield_circuit_level gauge", resting);

            circuit.Release();
            await app.Log.UntilAsync(() => counter.Enabled && now.Enabled);
            counter.Add(1);
            var shown = await ShownAsync();
            Assert.Contains(FormattableString.Invariant($"rest_jobs_total {2 + round}"), shown);
            Assert.Contains(FormattableString.Invariant($"rest_running {round}"), shown);
            Assert.True(read > before);
        }

        // One that comes meanwhile rests, too.
        circuit.Hold(CircuitLevel.Degraded, "a test");
        await app.Log.UntilAsync(() => !counter.Enabled);
        var late = meter.CreateCounter<long>("rest.late");
        Assert.False(late.Enabled);
        circuit.Release();
        await app.Log.UntilAsync(() => late.Enabled);

        async Task<string[]> ShownAsync() => (await app.Http1.GetStringAsync("/metrics", TestContext.Current.CancellationToken)).Split('\n');
    }

    private sealed class OwnInstrument : Instrument<int>
    {
        public OwnInstrument(Meter meter)
            : base(meter, "own.instrument", null, null) => Publish();
    }

    private static void AssertAllocatesNothing(Action record)
    {
        record();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
            record();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
