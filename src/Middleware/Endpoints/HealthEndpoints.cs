using CrashShield.Middleware.Exceptions;
using Microsoft.AspNetCore.Http;

namespace CrashShield.Middleware.Endpoints;

/// <summary>Tells probes how the process is: one word, or JSON for those who ask.</summary>
internal sealed class HealthEndpoints(HealthState health)
{
    public bool IsMapped { get; private set; }

    /// <summary>Marks the endpoints as mapped. False when they were already.</summary>
    public bool TryMap() => !IsMapped && (IsMapped = true);

    public Task LiveAsync(HttpContext context) => AnswerAsync(context, health.Live());

    public Task ReadyAsync(HttpContext context) => AnswerAsync(context, health.Ready());

    public Task StartedAsync(HttpContext context) => AnswerAsync(context, health.Started());

    private Task AnswerAsync(HttpContext context, HealthAnswer answer)
    {
        context.Response.StatusCode = answer.StatusCode;
        context.Response.Headers.CacheControl = "no-store";
        return HealthAnswer.IsReportWanted(context.Request.Headers.Accept.ToString())
            ? context.Response.WriteAsJsonAsync(health.Report(answer), HealthReport.Json, context.RequestAborted)
            : TextBody.WriteAsync(context.Response, "text/plain; charset=utf-8", answer.Word);
    }
}
