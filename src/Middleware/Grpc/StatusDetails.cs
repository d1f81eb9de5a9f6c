using CrashShield.Middleware.Exceptions;
using Microsoft.AspNetCore.Http;

namespace CrashShield.Middleware.Grpc;

/// <summary>A <c>google.rpc.Status</c> with the details of google/rpc/error_details.proto, for clients that ask for it.</summary>
internal static class StatusDetails
{
    private const string AcceptName = "accept-error-details";
    private const string TypeName = "google.rpc.Status";
    private const string Domain = "crashshield";

    /// <summary>Whether the client has said that it reads them.</summary>
    public static bool AreAccepted(HttpRequest request) => string.Equals(request.Headers[AcceptName], TypeName, StringComparison.OrdinalIgnoreCase);

    public static byte[] Of(int code, string message, ErrorAnswer answer)
    {
        var (errorId, traceId) = (answer.Failure.ErrorId, answer.Failure.TraceId ?? "");
        var status = new ProtobufMessage().Add(1, code).Add(2, message)
            .Add(3, Any("google.rpc.ErrorInfo", new ProtobufMessage().Add(1, GrpcStatusCode.NameOf(code)).Add(2, Domain).Add(3, Entry("errorId", errorId)).Add(3, Entry("traceId", traceId))))
            .Add(3, Any("google.rpc.RequestInfo", new ProtobufMessage().Add(1, errorId)));
        if (answer.RetryAfter is { } seconds)
            status.Add(3, Any("google.rpc.RetryInfo", new ProtobufMessage().Add(1, new ProtobufMessage().Add(1, seconds))));
        return status.Written.ToArray();
    }

    private static ProtobufMessage Any(string type, ProtobufMessage message) => new ProtobufMessage().Add(1, $"type.googleapis.com/{type}").Add(2, message);

    private static ProtobufMessage Entry(string key, string value) => new ProtobufMessage().Add(1, key).Add(2, value);
}
