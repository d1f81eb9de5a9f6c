using CrashShield.Hosting.Telemetry;
using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Failures;

/// <summary>Event ids 1000 to 1099.</summary>
internal static partial class FailureLog
{
    [LoggerMessage(EventId = 1000, EventName = "RequestFailed", Message =
        "{Path} (route {Route}) failed with {ErrorType}: {StatusCode}, {Outcome}. Trace {TraceId}, error {ErrorId}.")]
    public static partial void RequestFailed(
        ILogger logger, LogLevel level, Exception? exception, string? path, string? route, string errorType, int? statusCode, string outcome,
        string? traceId, string errorId);

    [LoggerMessage(EventId = 1005, EventName = "RequestTaskFailed", Message =
        "{Path} (route {Route}) failed in its task {TaskName}, attempt {Attempt}, with {ErrorType}: {StatusCode}, {Outcome}. " +
        "Trace {TraceId}, error {ErrorId}.")]
    public static partial void RequestTaskFailed(
        ILogger logger, LogLevel level, Exception? exception, string? path, string? route, string taskName, int attempt, string errorType,
        int? statusCode, string outcome, string? traceId, string errorId);

    [LoggerMessage(1001, LogLevel.Debug, "{Path}: the client has gone. Trace {TraceId}.", EventName = "RequestAborted")]
    public static partial void RequestAborted(ILogger logger, string? path, string? traceId);

    [LoggerMessage(1002, LogLevel.Error, "A task failed with {ErrorType} and nobody awaited it. Error {ErrorId}.", EventName = "TaskUnobserved")]
    public static partial void TaskUnobserved(ILogger logger, Exception? exception, string errorType, string errorId);

    [LoggerMessage(1003, LogLevel.Warning, "A failure hook threw {ErrorType} on error {ErrorId}.", EventName = "HookFailed")]
    public static partial void HookFailed(ILogger logger, Exception? exception, string errorType, string errorId);

    [LoggerMessage(1004, LogLevel.Warning, "A failure hook took longer than {Timeout} on error {ErrorId} and was given up.", EventName = "HookTimedOut")]
    public static partial void HookTimedOut(ILogger logger, Duration timeout, string errorId);
}
