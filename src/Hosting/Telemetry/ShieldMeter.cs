using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace CrashShield.Hosting.Telemetry;

/// <summary>
/// The meter <c>CrashShield</c>. <c>/metrics</c> takes its measurements from a sink and not as a <see cref="MeterListener"/>: the first
/// listener of any process makes the runtime count every throw, which costs each of them about 0.4 µs
/// (<c>System.Diagnostics.Metrics.RuntimeMetrics</c> subscribes to <see cref="AppDomain.FirstChanceException"/>).
/// </summary>
internal sealed class ShieldMeter(IMeterFactory meters) : IDisposable
{
    private readonly Meter _meter = meters.Create(TelemetryNames.Meter);
    private readonly ConcurrentQueue<ShieldInstrument> _instruments = new();
    private Func<Instrument, MeasurementSink?>? _sinkOf;

    public ShieldCounter CreateCounter(string name, string unit, string description) =>
        Add(new ShieldCounter(_meter.CreateCounter<long>(name, unit, description)));

    public ShieldUpDownCounter CreateUpDownCounter(string name, string unit, string description) =>
        Add(new ShieldUpDownCounter(_meter.CreateUpDownCounter<long>(name, unit, description)));

    public void CreateGauge(string name, string unit, string description, Func<double> read) =>
        CreateGauge(name, unit, description, () => [new Measurement<double>(read())]);

    public void CreateGauge(string name, string unit, string description, Func<IEnumerable<Measurement<double>>> read) =>
        Add(new ShieldGauge(_meter.CreateObservableGauge(name, read, unit, description), read));

    /// <summary>Sends what is measured from now on to a sink of each instrument's, also of those that are created later.</summary>
    public void AttachTo(Func<Instrument, MeasurementSink?> sinkOf)
    {
        Volatile.Write(ref _sinkOf, sinkOf);
        foreach (var instrument in _instruments)
            Attach(instrument, sinkOf);
    }

    /// <summary>Has the gauges tell their sinks.</summary>
    public void Observe()
    {
        foreach (var instrument in _instruments)
            instrument.Observe();
    }

    /// <summary>The gauges of a host that has ended are not read any more: what they read may be disposed.</summary>
    public void Dispose() => _instruments.Clear();

    private T Add<T>(T instrument)
        where T : ShieldInstrument
    {
        // Added before the sink is looked for: an instrument that comes while the sink does is attached by one or by both.
        _instruments.Enqueue(instrument);
        if (Volatile.Read(ref _sinkOf) is { } sinkOf)
            Attach(instrument, sinkOf);
        return instrument;
    }

    private static void Attach(ShieldInstrument instrument, Func<Instrument, MeasurementSink?> sinkOf)
    {
        if (sinkOf(instrument.Instrument) is { } sink)
            instrument.AttachTo(sink);
    }
}
