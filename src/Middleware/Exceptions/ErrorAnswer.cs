using System.Diagnostics;
using System.Globalization;
using CrashShield.Hosting.Failures;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace CrashShield.Middleware.Exceptions;

/// <summary>What is told to the client about a failure, in whatever format.</summary>
internal readonly struct ErrorAnswer(CapturedFailure failure, int statusCode, bool withDetails, int maxRetryAfter)
{
    public const string TraceResponseName = "traceresponse";

    // Spread, so that clients who were refused together do not come back together.
    private const int MinRetryAfterSeconds = 1;

    public CapturedFailure Failure { get; } = failure;

    public int StatusCode { get; } = statusCode;

    /// <summary>Seconds to wait; only with 503.</summary>
    public int? RetryAfter { get; } = statusCode == StatusCodes.Status503ServiceUnavailable
        ? Random.Shared.Next(MinRetryAfterSeconds, maxRetryAfter + 1)
        : null;

    public string Title => ReasonPhrases.GetReasonPhrase(StatusCode) is { Length: > 0 } phrase ? phrase : "Error";

    public DateTime Timestamp => Failure.Timestamp.UtcDateTime;

    /// <summary>Whether the client is told what was thrown.</summary>
    public bool HasDetails => withDetails;

    /// <summary>The exception's message; only in Development.</summary>
    public string? Detail => withDetails ? ExceptionText.Message(Failure.Exception) : null;

    /// <summary>Stack and inner exceptions; only in Development.</summary>
    public string? Exception => withDetails ? ExceptionText.Render(Failure.Exception) : null;

    public void SetHeaders(HttpResponse response, Activity? activity)
    {
        response.StatusCode = StatusCode;
        SetTraceHeaders(response, activity);
        if (IsCacheable(StatusCode))
            response.Headers.CacheControl = "no-store";
    }

    /// <summary>The headers of an answer whose status is in none of them, as gRPC's.</summary>
    public void SetTraceHeaders(HttpResponse response, Activity? activity)
    {
        response.Headers[TraceResponseName] = TraceResponse(activity);
        if (RetryAfter is { } seconds)
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
    }

    // RFC 9110, section 15.1: a cache may keep these though nothing allows it.
    private static bool IsCacheable(int statusCode) => statusCode is 404 or 405 or 410 or 414 or 501;

    // W3C Trace Context Level 2: the span id stays empty when there is no span.
    private string TraceResponse(Activity? activity) => activity is null || activity.SpanId == default
        ? Failure.TraceResponse
        : string.Create(null, stackalloc char[64], $"00-{Failure.TraceIdText}-{activity.SpanId.ToHexString()}-{(activity.Recorded ? "01" : "00")}");
}
