using System.Diagnostics.Metrics;

namespace CrashShield.GuestApps.Seen;

/// <summary>
/// Keeps the measurements of the framework's meters and the applications' own. Connections are left out: when the server notes their end is a matter of chance.
/// </summary>
internal sealed class MeterRecorder : IDisposable
{
    private static readonly string[] Meters =
    [
        "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Diagnostics", "Microsoft.AspNetCore.Routing", "Microsoft.AspNetCore.RateLimiting",
        "Microsoft.AspNetCore.Authentication", "Microsoft.AspNetCore.Authorization", "Guest",
    ];

    private readonly MeterListener _listener = new();

    public MeterRecorder()
    {
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (Meters.Contains(instrument.Meter.Name))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>(static (instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>(static (instrument, value, tags, _) => Add(instrument, value, tags));
        // A duration: that there was one is all that can be compared.
        _listener.SetMeasurementEventCallback<double>(static (instrument, _, tags, _) => Add(instrument, "some", tags));
        _listener.Start();
    }

    public void Dispose() => _listener.Dispose();

    private static void Add(Instrument instrument, object value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var texts = new List<string>();
        foreach (var tag in tags)
            texts.Add($"{tag.Key}={tag.Value}");
        texts.Sort(StringComparer.Ordinal);
        SeenLog.Add(SeenKind.Metric, $"{instrument.Name} {value} [{string.Join(' ', texts)}]");
    }
}
