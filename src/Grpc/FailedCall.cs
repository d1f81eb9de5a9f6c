using Microsoft.AspNetCore.Http;

namespace CrashShield.Grpc;

/// <summary>A call that has failed in its handler, or in an interceptor of the application.</summary>
/// <param name="Context">Its request.</param>
/// <param name="Exception">What was thrown.</param>
/// <param name="OwnStatus">The status that the exception itself has, if it is an <c>RpcException</c>.</param>
/// <param name="OwnMessage">The message of that status.</param>
internal readonly record struct FailedCall(HttpContext Context, Exception Exception, int? OwnStatus, string? OwnMessage)
{
    /// <summary>Whether the call was cancelled because its deadline has passed.</summary>
    public bool IsPastDeadline { get; init; }

    /// <summary>Whether the client is to be told what was thrown: the application's <c>EnableDetailedErrors</c>.</summary>
    public bool IsDetailed { get; init; }

    /// <summary>Whether the application has put details of its own into the trailers.</summary>
    public bool HasStatusDetails { get; init; }
}
