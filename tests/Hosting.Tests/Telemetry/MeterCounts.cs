using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace CrashShield.Hosting.Tests.Telemetry;

/// <summary>What the meters of one factory have counted, by instrument and first tag.</summary>
internal sealed class MeterCounts : IDisposable
{
    private readonly MeterListener _meters = new();
    private readonly ConcurrentDictionary<(string Instrument, string? Tag), long> _counts = new();

    public MeterCounts(IMeterFactory factory)
    {
        _meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == factory)
                listener.EnableMeasurementEvents(instrument);
        };
        _meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            _counts.AddOrUpdate((instrument.Name, tags.Length > 0 ? $"{tags[0].Key}={tags[0].Value}" : null), value, (_, sum) => sum + value));
        _meters.Start();
    }

    /// <summary>How often, for a tag as <c>key=value</c>.</summary>
    public long Of(string instrument, string tag) => _counts.GetValueOrDefault((instrument, tag));

    public void Dispose() => _meters.Dispose();
}
