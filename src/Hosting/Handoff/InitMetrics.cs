using System.Diagnostics.Metrics;
using System.Globalization;
using CrashShield.Handoff.Protocol;
using CrashShield.Hosting.Telemetry;

namespace CrashShield.Hosting.Handoff;

/// <summary>What the <c>crashshield-init</c> that leads this process counts: it has no metrics of its own. Without one nothing is measured.</summary>
internal sealed class InitMetrics
{
    private Message? _told;

    public InitMetrics(ShieldMeter meter)
    {
        meter.CreateGauge("crashshield.init.restarts", "{restart}", "Workers that crashshield-init has started in the place of one that died, since it was started.", () => Of(_told?.Restarts));
        meter.CreateGauge("crashshield.init.generation", "{worker}", "Workers that crashshield-init has started, for whatever reason.", () => Of(_told?.Generation));
        meter.CreateGauge("crashshield.init.last_death", "s", "When the last worker that served has ended, in seconds since 1970, by how.", LastDeath);
    }

    /// <summary>The init has told its figures.</summary>
    public void Told(Message figures) => Volatile.Write(ref _told, figures);

    private static Measurement<double>[] Of(int? count) => count is { } value ? [new(value)] : [];

    // "killed code=137 generation=1 at=2026-11-25T09:51:21.604Z detail=…"
    private Measurement<double>[] LastDeath()
    {
        const string At = " at=";
        if (Volatile.Read(ref _told)?.LastDeath is not { } death || death.IndexOf(At, StringComparison.Ordinal) is var at && at < 0)
            return [];
        var time = death.AsSpan(at + At.Length);
        if (time.IndexOf(' ') is >= 0 and var end)
            time = time[..end];
        return DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var ended)
            ? [new(ended.ToUnixTimeMilliseconds() / 1000.0, new KeyValuePair<string, object?>(TagNames.Kind, death[..death.IndexOf(' ', StringComparison.Ordinal)]))]
            : [];
    }
}
