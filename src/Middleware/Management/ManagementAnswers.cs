using System.Text;
using System.Text.Json;
using CrashShield.Middleware.Endpoints;
using Microsoft.AspNetCore.Http;
using Prometheus;

namespace CrashShield.Middleware.Management;

/// <summary>What the management port answers, without the thread pool.</summary>
internal sealed class ManagementAnswers(HealthState health) : IDisposable
{
    private const string Text = "text/plain; charset=utf-8";

    // Metrics may wait for somebody's callback, and so for the pool: half of the threads are left to the probes.
    private const int MetricsAtOnce = ManagementListener.Threads / 2;

    private static readonly TimeSpan MetricsWithin = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _metrics = new(MetricsAtOnce);

    public static ManagementAnswer Of(int statusCode, string text) => new(statusCode, Text, Encoding.UTF8.GetBytes(text));

    public ManagementAnswer Of(ManagementRequest request) => request.IsReading
        ? request.Path.ToLowerInvariant() switch
        {
            ManagementPaths.Health or ManagementPaths.Live or ManagementPaths.LiveShort => Of(request, health.Live()),
            ManagementPaths.Ready or ManagementPaths.ReadyShort => Of(request, health.Ready()),
            ManagementPaths.Startup => Of(request, health.Started()),
            ManagementPaths.Metrics => Metrics(request.Accept),
            _ => Of(StatusCodes.Status404NotFound, "Not found: this port has health and metrics alone."),
        }
        : Of(StatusCodes.Status405MethodNotAllowed, "GET and HEAD alone.");

    public void Dispose() => _metrics.Dispose();

    private ManagementAnswer Of(ManagementRequest request, HealthAnswer answer) => HealthAnswer.IsReportWanted(request.Accept)
        ? new(answer.StatusCode, "application/json; charset=utf-8", JsonSerializer.SerializeToUtf8Bytes(health.Report(answer), HealthReport.Json))
        : Of(answer.StatusCode, answer.Word);

    private ManagementAnswer Metrics(string accept)
    {
        if (!_metrics.Wait(MetricsWithin))
            return Of(StatusCodes.Status503ServiceUnavailable, "Others are being served the metrics.");

        var isOpen = accept.Contains(PrometheusConstants.OpenMetricsContentType, StringComparison.OrdinalIgnoreCase);
        var body = new MemoryStream();
        using var deadline = new CancellationTokenSource();
        var export = Prometheus.Metrics.DefaultRegistry.CollectAndExportAsTextAsync(
            body, isOpen ? ExpositionFormat.OpenMetricsText : ExpositionFormat.PrometheusText, deadline.Token);
        // Whatever becomes of it, it is over when it ends.
        export.ContinueWith(_ => _metrics.Release(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        if (!export.Wait(MetricsWithin))
        {
            deadline.Cancel();
            return Of(StatusCodes.Status503ServiceUnavailable, $"The metrics were not collected within {MetricsWithin.TotalSeconds} s.");
        }

        return new(
            StatusCodes.Status200OK,
            isOpen ? PrometheusConstants.OpenMetricsContentTypeWithVersionAndEncoding : PrometheusConstants.TextContentTypeWithVersionAndEncoding,
            body.GetBuffer().AsMemory(0, (int)body.Length));
    }
}
