using System.Collections.Concurrent;
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

    /// <summary>Shows meters by name, <c>*</c> at the end standing for any rest, from now on.</summary>
    /// <param name="meters">Their names or how they begin.</param>
    /// <param name="shield">CrashShield's own, which needs no listener.</param>
    /// <returns>What listens to those that nobody has named before; <see langword="null"/> when there are none.</returns>
    public static PrometheusListener? Show(IEnumerable<string> meters, ShieldMeter shield)
    {
        // By default prometheus-net listens to every meter and polls every event counter of the process. Where the application uses it by itself, what it shows there is for the application to say.
        if (!PrometheusUse.IsByApplication())
            Prometheus.Metrics.SuppressDefaultMetrics(new SuppressDefaultMetricOptions { SuppressEventCounters = true, SuppressMeters = true });
        var patterns = meters.Where(pattern => !string.IsNullOrEmpty(pattern)).ToArray();
        if (Array.Exists(patterns, IsOurs))
            Show(shield);
        return Listen([.. patterns.Where(pattern => pattern != TelemetryNames.Meter && Patterns.TryAdd(pattern, true))]);
    }

    private static void Show(ShieldMeter shield)
    {
        var readings = new PrometheusReadings();
        shield.AttachTo(instrument =>
        {
            if (PrometheusSeries.Create(Factory, instrument) is not { } series)
                return null;
            readings.Add(series);
            return series.Record;
        });
        Registry.AddBeforeCollectCallback(() => readings.Read(shield.Observe));
    }

    private static PrometheusListener? Listen(string[] patterns)
    {
        if (patterns.Length == 0)
            return null;

        var listener = new PrometheusListener(patterns, Factory);
        listener.Start();
        Registry.AddBeforeCollectCallback(listener.Observe);
        return listener;
    }

    private static bool IsOurs(string pattern) => PrometheusListener.Matches(pattern, TelemetryNames.Meter);
}
