using Microsoft.AspNetCore.Http;
using Prometheus;

namespace CrashShield.Middleware.Management;

/// <summary>Collects the metrics on the thread that was asked for them.</summary>
internal sealed class ManagementMetrics(CollectorRegistry registry)
{
    // A collection may wait for somebody's callback, and so for the pool, and its reader may be slow: half of the threads are left to the probes.
    private const int AtOnce = ManagementListener.Threads / 2;

    // For callbacks that are awaited. A .NET meter's runs on this thread and is waited for as long as it takes.
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(2);

    private int _taken;

    public ManagementAnswer Collect(string accept)
    {
        // Never waits for its turn: it would do so on a thread that is meant for probes.
        if (Interlocked.Increment(ref _taken) > AtOnce)
        {
            Release();
            return Refuse("Others are being served the metrics.");
        }

        var isOpen = accept.Contains(PrometheusConstants.OpenMetricsContentType, StringComparison.OrdinalIgnoreCase);
        var body = new MemoryStream();
        using var deadline = new CancellationTokenSource();
        var export = registry.CollectAndExportAsTextAsync(
            body, isOpen ? ExpositionFormat.OpenMetricsText : ExpositionFormat.PrometheusText, deadline.Token);
        if (!IsOver(export))
        {
            deadline.Cancel();
            // Where a callback hangs, its place is gone for as long, or each further scrape would leave one more behind.
            export.ContinueWith(_ => Release(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            return Refuse($"The metrics were not collected within {Within.TotalSeconds} s.");
        }

        return new(
            StatusCodes.Status200OK,
            isOpen ? PrometheusConstants.OpenMetricsContentTypeWithVersionAndEncoding : PrometheusConstants.TextContentTypeWithVersionAndEncoding,
            body.GetBuffer().AsMemory(0, (int)body.Length),
            WhenSent: Release);
    }

    // Gives the place back when the export fails; a success still has to be sent.
    private bool IsOver(Task export)
    {
        try
        {
            return export.Wait(Within);
        }
        catch (Exception)
        {
            Release();
            throw;
        }
    }

    private static ManagementAnswer Refuse(string why) => ManagementAnswers.Of(StatusCodes.Status503ServiceUnavailable, why);

    private void Release() => Interlocked.Decrement(ref _taken);
}
