using System.Text;
using System.Text.Json;
using CrashShield.Middleware.Endpoints;
using Microsoft.AspNetCore.Http;

namespace CrashShield.Middleware.Management;

/// <summary>What the management port answers, without the thread pool.</summary>
internal sealed class ManagementAnswers(HealthState health, ManagementMetrics metrics)
{
    private const string Text = "text/plain; charset=utf-8";

    public static ManagementAnswer Of(int statusCode, string text) => new(statusCode, Text, Encoding.UTF8.GetBytes(text));

    /// <summary>The answer. Only that of the metrics takes a while.</summary>
    public Task<ManagementAnswer> OfAsync(ManagementRequest request)
    {
        var path = PathOf(request);
        return request.IsReading && path == ManagementPaths.Metrics ? metrics.CollectAsync(request.Accept) : Task.FromResult(Of(request, path));
    }

    private ManagementAnswer Of(ManagementRequest request, string path) => request.IsReading
        ? path switch
        {
            ManagementPaths.Health or ManagementPaths.Live or ManagementPaths.LiveShort => Of(request, health.Live()),
            ManagementPaths.Ready or ManagementPaths.ReadyShort => Of(request, health.Ready()),
            ManagementPaths.Startup => Of(request, health.Started()),
            _ => Of(StatusCodes.Status404NotFound, "Not found: this port has health and metrics alone."),
        }
        : Of(StatusCodes.Status405MethodNotAllowed, "GET and HEAD alone.");

    // A slash at the end is no other path, as in the server's routing.
    private static string PathOf(ManagementRequest request) =>
        (request.Path.EndsWith('/') ? request.Path[..^1] : request.Path).ToLowerInvariant();

    private ManagementAnswer Of(ManagementRequest request, HealthAnswer answer) => HealthAnswer.IsReportWanted(request.Accept)
        ? new(answer.StatusCode, "application/json; charset=utf-8", JsonSerializer.SerializeToUtf8Bytes(health.Report(answer, withReasons: true), HealthJson.Default.HealthReport))
        : Of(answer.StatusCode, answer.Word);
}
