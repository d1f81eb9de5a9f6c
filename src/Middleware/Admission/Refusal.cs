using System.Globalization;
using System.Text.Unicode;
using CrashShield.Hosting;
using CrashShield.Hosting.Telemetry;
using CrashShield.Middleware.Exceptions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace CrashShield.Middleware.Admission;

/// <summary>The answer to a request that is refused. It throws nothing and logs nothing: there may be thousands a second, and the metric counts them.</summary>
internal sealed class Refusal(IOptions<CrashShieldOptions> options, CrossOrigin origins, TimeProvider time)
{
    private const string GrpcUnavailable = "14";
    private const int MaxLength = 1_024;
    private const int MaxPath = 512;

    // One text for each second: the header takes texts.
    private readonly string[] _retryAfter = Seconds((int)options.Value.Admission.MaxRetryAfter.TotalSeconds);

    /// <summary>Writes it, at once or where the application's CORS middleware has had its say.</summary>
    /// <param name="context">The request.</param>
    /// <param name="reason">One of <see cref="ShedReason"/>.</param>
    /// <param name="isFurtherIn">Whether the request is to go on to the place where it is refused.</param>
    public Task WriteAsync(HttpContext context, string reason, out bool isFurtherIn)
    {
        var endpoint = origins.PlaceOf(context);
        isFurtherIn = endpoint is not null;
        if (endpoint is null)
            return WriteAsync(context, reason);

        origins.LearnFromRefusal(context);
        Replace(context, endpoint, reason);
        return Task.CompletedTask;
    }

    // Out of line: the lambda would be allocated for with each refusal.
    private void Replace(HttpContext context, Endpoint endpoint, string reason) =>
        context.SetEndpoint(new Endpoint(refused => WriteAsync(refused, reason), endpoint.Metadata, endpoint.DisplayName));

    private Task WriteAsync(HttpContext context, string reason)
    {
        var response = context.Response;
        if (ErrorFormatNegotiation.For(context.Request) == ErrorFormat.Grpc)
        {
            response.ContentType = "application/grpc";
            response.Headers["grpc-status"] = GrpcUnavailable;
            return Task.CompletedTask;
        }

        var seconds = Random.Shared.Next(_retryAfter.Length);
        response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        response.Headers.RetryAfter = _retryAfter[seconds];
        response.ContentType = ProblemJson.ContentType;
        Span<byte> json = stackalloc byte[MaxLength];
        var body = json[..Write(context, reason, seconds + 1, json)];
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            response.BodyWriter.WriteWhole(body);
        return Task.CompletedTask;
    }

    private int Write(HttpContext context, string reason, int seconds, Span<byte> json)
    {
        var trace = RequestCapture.TraceOf(context, RequestCapture.ActivityOf(context));
        context.Response.Headers[ErrorAnswer.TraceResponseName] = TraceContext.TraceResponse(trace);
        var path = RequestCapture.PathOf(context.Request);
        Utf8.TryWrite(
            json, CultureInfo.InvariantCulture,
            $"{{\"type\":\"{ProblemJson.Type}\",\"title\":\"Service Unavailable\",\"status\":503,\"reason\":\"{reason}\",\"instance\":\"{(path.Length <= MaxPath ? path : "")}\",\"traceId\":\"{
                TraceContext.IdIn(trace)}\",\"timestamp\":\"{time.GetUtcNow().UtcDateTime:O}\",\"retryAfter\":{seconds}}}", out var length);
        return length;
    }

    private static string[] Seconds(int most)
    {
        var texts = new string[most];
        for (var seconds = 1; seconds <= most; seconds++)
            texts[seconds - 1] = seconds.ToString(CultureInfo.InvariantCulture);
        return texts;
    }
}
