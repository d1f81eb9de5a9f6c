using System.Diagnostics.Metrics;
using CrashShield.Hosting.Telemetry;
using Prometheus;

namespace CrashShield.Middleware.Endpoints;

/// <summary>Shows meters in prometheus-net's default registry, beside what the application itself keeps there.</summary>
internal static class PrometheusMeters
{
    private static readonly Lock Gate = new();
    private static readonly HashSet<string> Names = new(StringComparer.Ordinal);
    private static bool s_isListening;

    /// <summary>Adds meters to those that are shown. The registry is the process's, so a second host shares it.</summary>
    public static void Listen(TelemetryOptions options)
    {
        lock (Gate)
        {
            Names.UnionWith(options.Meters);
            if (s_isListening)
                return;
            s_isListening = true;
        }

        // By default prometheus-net listens to every meter and polls every event counter of the process.
        Metrics.SuppressDefaultMetrics(new SuppressDefaultMetricOptions { SuppressEventCounters = true, SuppressMeters = true });
        MeterAdapter.StartListening(new MeterAdapterOptions { InstrumentFilterPredicate = IsShown });
    }

    private static bool IsShown(Instrument instrument)
    {
        lock (Gate)
            return Names.Any(name => Matches(name, instrument.Meter.Name));
    }

    private static bool Matches(string pattern, string name) => pattern.EndsWith('*')
        ? name.StartsWith(pattern.AsSpan(0, pattern.Length - 1), StringComparison.Ordinal)
        : name == pattern;
}
