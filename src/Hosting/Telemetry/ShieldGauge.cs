using System.Diagnostics.Metrics;

namespace CrashShield.Hosting.Telemetry;

/// <summary>A value, or one for each set of tags, that is read when somebody asks.</summary>
internal sealed class ShieldGauge(ObservableGauge<double> gauge, Func<IEnumerable<Measurement<double>>> read) : ShieldInstrument(gauge)
{
    public override void Observe()
    {
        foreach (var measurement in read())
            Sink(measurement.Value, measurement.Tags);
    }
}
