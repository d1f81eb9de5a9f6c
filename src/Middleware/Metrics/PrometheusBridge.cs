using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using CrashShield.Hosting.Telemetry;
using Prometheus;

namespace CrashShield.Middleware.Metrics;

/// <summary>
/// Shows .NET meters in prometheus-net's default registry, beside what the application itself keeps there. prometheus-net's own
/// adapter shows counters as gauges under doubled names and forgets a series after minutes without a measurement.
/// The registry is the process's, so a second host in the process shares it.
/// </summary>
internal static class PrometheusBridge
{
    private static readonly CollectorRegistry Registry = Prometheus.Metrics.DefaultRegistry;
    private static readonly IMetricFactory Factory = Prometheus.Metrics.WithCustomRegistry(Registry);
    private static readonly ConcurrentDictionary<string, bool> Patterns = new(StringComparer.Ordinal);
    private static readonly ConditionalWeakTable<Instrument, PrometheusSeries> Shown = [];

    /// <summary>Shows meters by name, <c>*</c> at the end standing for any rest, from now on.</summary>
    /// <param name="meters">Their names or how they begin.</param>
    /// <param name="shield">CrashShield's own, which needs no listener.</param>
    public static void Show(IEnumerable<string> meters, ShieldMeter shield)
    {
        // By default prometheus-net listens to every meter and polls every event counter of the process.
        Prometheus.Metrics.SuppressDefaultMetrics(new SuppressDefaultMetricOptions { SuppressEventCounters = true, SuppressMeters = true });
        var patterns = meters.Where(pattern => !string.IsNullOrEmpty(pattern)).ToArray();
        if (Array.Exists(patterns, IsOurs))
            Show(shield);
        Listen([.. patterns.Where(pattern => pattern != TelemetryNames.Meter && Patterns.TryAdd(pattern, true))]);
    }

    private static void Show(ShieldMeter shield)
    {
        shield.AttachTo(static instrument => PrometheusSeries.Create(Factory, instrument) is { } series ? series.Record : null);
        Registry.AddBeforeCollectCallback(shield.Observe);
    }

    private static void Listen(string[] patterns)
    {
        if (patterns.Length == 0)
            return;

        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name != TelemetryNames.Meter && Array.Exists(patterns, pattern => Matches(pattern, instrument.Meter.Name)))
                    Enable(instrument, listener);
            },
        };
        Record<byte>(listener, static value => value);
        Record<short>(listener, static value => value);
        Record<int>(listener, static value => value);
        Record<long>(listener, static value => value);
        Record<float>(listener, static value => value);
        Record<double>(listener, static value => value);
        Record<decimal>(listener, static value => (double)value);
        listener.Start();
        Registry.AddBeforeCollectCallback(listener.RecordObservableInstruments);
    }

    private static void Enable(Instrument instrument, MeterListener listener)
    {
        // Whatever listener meets an instrument first is the one that counts it.
        if (PrometheusSeries.Create(Factory, instrument) is { } series && Shown.TryAdd(instrument, series))
            listener.EnableMeasurementEvents(instrument, series);
    }

    private static void Record<T>(MeterListener listener, Func<T, double> toDouble)
        where T : struct =>
        listener.SetMeasurementEventCallback<T>((_, value, tags, series) => ((PrometheusSeries)series!).Record(toDouble(value), tags));

    private static bool IsOurs(string pattern) => Matches(pattern, TelemetryNames.Meter);

    private static bool Matches(string pattern, string meter) => pattern.EndsWith('*')
        ? meter.StartsWith(pattern.AsSpan(0, pattern.Length - 1), StringComparison.Ordinal)
        : meter == pattern;
}
