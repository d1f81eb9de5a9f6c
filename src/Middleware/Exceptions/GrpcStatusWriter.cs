using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace CrashShield.Middleware.Exceptions;

/// <summary>
/// Ends a gRPC call with a status. Before the first message that is a Trailers-Only response: the status stands in the
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
        Write(response.Headers, answer);
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

        Write(trailers, answer);
        return true;
    }

    private static void Write(IHeaderDictionary headers, ErrorAnswer answer)
    {
        headers[Status] = Code(answer.StatusCode).ToString(CultureInfo.InvariantCulture);
        headers[Message] = Uri.EscapeDataString($"{answer.Title}; errorId {answer.Failure.ErrorId}; traceId {answer.Failure.TraceId}");
    }

    // The HTTP mapping written beside each code in google/rpc/code.proto, read backwards.
    private static int Code(int statusCode) => statusCode switch
    {
        StatusCodes.Status400BadRequest => 3, // INVALID_ARGUMENT
        StatusCodes.Status401Unauthorized => 16, // UNAUTHENTICATED
        StatusCodes.Status403Forbidden => 7, // PERMISSION_DENIED
        StatusCodes.Status404NotFound => 5, // NOT_FOUND
        StatusCodes.Status409Conflict => 10, // ABORTED
        StatusCodes.Status429TooManyRequests => 8, // RESOURCE_EXHAUSTED
        StatusCodes.Status501NotImplemented => 12, // UNIMPLEMENTED
        StatusCodes.Status503ServiceUnavailable => 14, // UNAVAILABLE
        StatusCodes.Status504GatewayTimeout => 4, // DEADLINE_EXCEEDED
        < 500 => 9, // FAILED_PRECONDITION
        _ => 13, // INTERNAL
    };
}
