using System.Diagnostics;
using CrashShield.Hosting.Failures;
using CrashShield.Hosting.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace CrashShield.Middleware.Exceptions;

/// <summary>Wraps what a request threw with what the request knows.</summary>
internal static class RequestCapture
{
    /// <summary>The span of the request; not one that the application left current.</summary>
    public static Activity? ActivityOf(HttpContext context) => (context.Features[typeof(IHttpActivityFeature)] as IHttpActivityFeature)?.Activity ?? Activity.Current;

    public static CapturedFailure Of(HttpContext context, Exception exception, Activity? activity, DateTimeOffset now, Endpoint? endpoint)
    {
        var trace = TraceOf(context, activity);
        var child = CapturedFailure.Find(exception) is { } found && found.TryClaim(TraceContext.IdIn(trace)) ? found : null;
        return new(exception, FailureOrigin.Request, trace, now, child?.ErrorGuid)
        {
            Path = PathOf(context.Request),
            Route = (endpoint as RouteEndpoint)?.RoutePattern.RawText,
            TaskName = child?.TaskName,
            Attempt = child?.Attempt ?? 0,
        };
    }

    /// <summary>The path, escaped as in a URI.</summary>
    public static string PathOf(HttpRequest request)
    {
        try
        {
            return request.PathBase.Add(request.Path).ToUriComponent();
        }
        catch (ArgumentException)
        {
            // Middleware has set one that does not begin with a slash, which PathString refuses on each read.
            var raw = request.HttpContext.Features.Get<IHttpRequestFeature>();
            return Uri.EscapeDataString(raw?.PathBase + raw?.Path);
        }
    }

    /// <summary>The trace id, or a header that has it: the span's, else the caller's, else a new one.</summary>
    public static string TraceOf(HttpContext context, Activity? activity)
    {
        if (TraceContext.TraceIdOf(activity) is { } traceId)
            return traceId;

        string? callers = context.Request.Headers.TraceParent;
        return TraceContext.IsTraceParent(callers) ? callers : TraceContext.NewTraceResponse();
    }
}
