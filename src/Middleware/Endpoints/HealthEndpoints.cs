using CrashShield.Middleware.Exceptions;
using Microsoft.AspNetCore.Http;

namespace CrashShield.Middleware.Endpoints;

/// <summary>Tells probes how the process is: one word, or JSON for those who ask.</summary>
internal sealed class HealthEndpoints(HealthState health, HealthDetails details)
{
    public Task LiveAsync(HttpContext context) => AnswerAsync(context, health.Live());

    public Task ReadyAsync(HttpContext context) => AnswerAsync(context, health.Ready());

    public Task StartedAsync(HttpContext context) => AnswerAsync(context, health.Started());

    private Task AnswerAsync(HttpContext context, HealthAnswer answer)
    {
        context.Response.StatusCode = answer.StatusCode;
        context.Response.Headers.CacheControl = "no-store";
        return HealthAnswer.IsReportWanted(context.Request.Headers.Accept.ToString())
            ? ReportAsync(context, answer)
            : TextBody.WriteAsync(context.Response, "text/plain; charset=utf-8", answer.Word);
    }

    private async Task ReportAsync(HttpContext context, HealthAnswer answer)
    {
        var withReasons = await details.AreForAsync(context).ConfigureAwait(false);
        await context.Response.WriteAsJsonAsync(health.Report(answer, withReasons), HealthJson.Default.HealthReport, cancellationToken: context.RequestAborted).ConfigureAwait(false);
    }
}
