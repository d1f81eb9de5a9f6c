using System.Diagnostics;
using Microsoft.AspNetCore.Diagnostics;

namespace CrashShield.Servers;

/// <summary>
/// Writes a failure to its span. OpenTelemetry's instrumentation records what nothing handled; what <c>UseExceptionHandler()</c> answers,
/// applications record themselves, as here.
/// </summary>
internal sealed class SpanRecorder : IExceptionHandler
{
    public ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        Activity.Current?.AddException(exception).SetStatus(ActivityStatusCode.Error);
        return new(false);
    }
}
