using System.Globalization;
using CrashShield.Grpc;
using CrashShield.Middleware.Exceptions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace CrashShield.Middleware.Grpc;

/// <summary>
/// Ends a gRPC call that has failed outside of its handler with a status. Before the first message that is a Trailers-Only response: the status stands in the
/// one header block, which ends the stream (gRPC over HTTP/2, "Responses").
/// </summary>
internal static class GrpcStatusWriter
{
    private const string Status = "grpc-status";
    private const string Message = "grpc-message";

    public static Task WriteAsync(HttpContext context, ErrorAnswer answer)
    {
        var response = context.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = "application/grpc";
        Write(context, response.Headers, answer);
        return Task.CompletedTask;
    }

    /// <summary>Ends a call that has begun to answer. False when it can only be cut.</summary>
    public static bool TryWriteTrailers(HttpContext context, ErrorAnswer answer)
    {
        if (ErrorFormatNegotiation.For(context.Request) != ErrorFormat.Grpc
            || context.Features.Get<IHttpResponseTrailersFeature>()?.Trailers is not { IsReadOnly: false } trailers)
        {
            return false;
        }

        Write(context, trailers, answer);
        return true;
    }

    /// <summary>The message of the status of a failure.</summary>
    public static string MessageOf(ErrorAnswer answer) => $"{answer.Title}; errorId {answer.Failure.ErrorId}; traceId {answer.Failure.TraceId}";

    private static void Write(HttpContext context, IHeaderDictionary headers, ErrorAnswer answer)
    {
        var (code, message) = (GrpcStatusCode.OfHttp(answer.StatusCode), MessageOf(answer));
        headers[Status] = code.ToString(CultureInfo.InvariantCulture);
        headers[Message] = Uri.EscapeDataString(message);
        headers[CallAnswer.ErrorIdName] = answer.Failure.ErrorId;
        headers[CallAnswer.TraceIdName] = answer.Failure.TraceId;
        if (StatusDetails.AreAccepted(context.Request))
            headers[CallAnswer.StatusDetailsName] = Convert.ToBase64String(StatusDetails.Of(code, message, answer));
    }
}
