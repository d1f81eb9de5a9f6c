using System.Text;
using Prometheus;

namespace CrashShield.GuestApps.Telemetry;

/// <summary>What prometheus-net's own middleware has counted, which a scrape would show among much that differs from run to run.</summary>
internal static class PrometheusCounts
{
    public static async Task<string> ReadAsync()
    {
        await using var text = new MemoryStream();
        await Metrics.DefaultRegistry.CollectAndExportAsTextAsync(text);
        return string.Join('\n', Encoding.UTF8.GetString(text.ToArray()).Split('\n').Where(line => line.StartsWith("http_requests_received_total", StringComparison.Ordinal)));
    }
}
