namespace CrashShield.Middleware.Exceptions;

/// <summary>How an error is written for its client.</summary>
internal enum ErrorFormat
{
    /// <summary>RFC 9457, <c>application/problem+json</c>.</summary>
    ProblemJson,

    /// <summary>A page, for browsers.</summary>
    Html,

    /// <summary>Plain text.</summary>
    Text,

    /// <summary>A gRPC status.</summary>
    Grpc,
}
