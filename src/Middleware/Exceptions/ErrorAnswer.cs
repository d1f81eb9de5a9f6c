using System.Diagnostics;
using System.Globalization;
using CrashShield.Hosting.Failures;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace CrashShield.Middleware.Exceptions;

/// <summary>What is told to the client about a failure, in whatever format.</summary>
internal sealed class ErrorAnswer(CapturedFailure failure, int statusCode, bool withDetails)
{
    // Spread, so that clients who were refused together do not come back together.
    private const int MinRetryAfterSeconds = 1;
    private const int MaxRetryAfterSeconds = 5;

    public int StatusCode { get; } = statusCode;

    public string Title { get; } = ReasonPhrases.GetReasonPhrase(statusCode) is { Length: > 0 } phrase ? phrase : "Error";

    public string? Path => failure.Path;

    public string TraceId => failure.TraceId!;

    public string ErrorId => failure.ErrorId;

    public DateTime Timestamp => failure.Timestamp.UtcDateTime;

    /// <summary>Seconds to wait; only with 503.</summary>
    public int? RetryAfter { get; } = statusCode == StatusCodes.Status503ServiceUnavailable
        ? Random.Shared.Next(MinRetryAfterSeconds, MaxRetryAfterSeconds + 1)
        : null;

    /// <summary>The exception's message; only in Development.</summary>
    public string? Detail { get; } = withDetails ? ExceptionText.Message(failure.Exception) : null;

    /// <summary>Stack and inner exceptions; only in Development.</summary>
    public string? Exception { get; } = withDetails ? ExceptionText.Render(failure.Exception) : null;

    public void SetHeaders(HttpResponse response, Activity? activity)
    {
        response.StatusCode = StatusCode;
        response.Headers.CacheControl = "no-store";
        response.Headers["traceresponse"] = TraceResponse(activity);
        if (RetryAfter is { } seconds)
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
    }

    // W3C Trace Context Level 2: the span id stays empty when there is no span.
    private string TraceResponse(Activity? activity) =>
        activity is null ? $"00-{TraceId}--00" : $"00-{TraceId}-{activity.SpanId.ToHexString()}-{(activity.Recorded ? "01" : "00")}";
}
