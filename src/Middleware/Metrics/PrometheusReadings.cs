using System.Collections.Concurrent;

namespace CrashShield.Middleware.Metrics;

/// <summary>Has instruments read, and what they do not report any more hidden: its last value would be shown for ever, beside the one that has taken its place.</summary>
internal sealed class PrometheusReadings
{
    private readonly ConcurrentQueue<PrometheusSeries> _read = new();

    public void Add(PrometheusSeries series)
    {
        if (series.IsRead)
            _read.Enqueue(series);
    }

    /// <summary>Reads.</summary>
    /// <param name="observe">Has the instruments report. What it throws is the caller's, and hides nothing.</param>
    public void Read(Action observe)
    {
        PrometheusSeries[] all = [.. _read];
        var readings = new int[all.Length];
        for (var i = 0; i < all.Length; i++)
            readings[i] = all[i].BeginReading();
        observe();
        for (var i = 0; i < all.Length; i++)
            all[i].EndReading(readings[i]);
    }
}
