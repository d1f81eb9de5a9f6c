using System.Diagnostics.Metrics;

namespace CrashShield.Hosting.Telemetry;

/// <summary>An instrument of <see cref="ShieldMeter"/>, which measures for the listeners of its meter and for one sink.</summary>
internal abstract class ShieldInstrument(Instrument instrument)
{
    private MeasurementSink? _sink;

    public Instrument Instrument { get; } = instrument;

    /// <summary>Whether anybody takes what is measured.</summary>
    public bool Enabled => _sink is not null || Instrument.Enabled;

    public void AttachTo(MeasurementSink sink) => Volatile.Write(ref _sink, sink);

    /// <summary>Has an instrument that measures only when it is asked tell its sink.</summary>
    public virtual void Observe()
    {
    }

    protected void Sink(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) => Volatile.Read(ref _sink)?.Invoke(value, tags);
}
