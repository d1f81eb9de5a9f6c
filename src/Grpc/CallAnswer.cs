namespace CrashShield.Grpc;

/// <summary>How a failed call ends.</summary>
/// <param name="Status">The gRPC status.</param>
/// <param name="Message">The message of the status.</param>
internal sealed record CallAnswer(int Status, string Message)
{
    /// <summary>The trailer with the error id.</summary>
    public const string ErrorIdName = "errorid";

    /// <summary>The trailer with the trace id.</summary>
    public const string TraceIdName = "traceid";

    /// <summary>The trailer with a <c>google.rpc.Status</c>.</summary>
    public const string StatusDetailsName = "grpc-status-details-bin";

    /// <summary>The error id; <see langword="null"/> when the end is no error.</summary>
    public string? ErrorId { get; init; }

    /// <summary>The trace id.</summary>
    public string? TraceId { get; init; }

    /// <summary>The <c>google.rpc.Status</c>, for a client that asks for it.</summary>
    public byte[]? StatusDetails { get; init; }
}
