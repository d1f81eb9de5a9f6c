using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Supervision;

/// <summary>Event ids 1100 to 1199.</summary>
internal static partial class SupervisionLog
{
    [LoggerMessage(1100, LogLevel.Error,
        "Task {TaskName} (attempt {Attempt}) failed with {ErrorType} and is not started again. Trace {TraceId}, error {ErrorId}.",
        EventName = "TaskFailed")]
    public static partial void TaskFailed(
        ILogger logger, Exception? exception, string? taskName, int attempt, string errorType, string? traceId, string errorId);

    [LoggerMessage(1101, LogLevel.Warning,
        "Task {TaskName} of {ScopeName} ignored its cancellation for {Bound} and was left behind.", EventName = "TaskStuck")]
    public static partial void TaskStuck(ILogger logger, string taskName, string scopeName, TimeSpan bound);

    [LoggerMessage(1102, LogLevel.Warning,
        "Task {TaskName} (attempt {Attempt}) failed with {ErrorType}; it starts again in {Delay}. Trace {TraceId}, error {ErrorId}.",
        EventName = "TaskRestarting")]
    public static partial void TaskRestarting(
        ILogger logger, Exception? exception, string? taskName, int attempt, string errorType, TimeSpan delay, string? traceId, string errorId);

    [LoggerMessage(1103, LogLevel.Warning,
        "Task {TaskName} (attempt {Attempt}) ended though it is permanent; it starts again in {Delay}.", EventName = "TaskEndedEarly")]
    public static partial void TaskEndedEarly(ILogger logger, string taskName, int attempt, TimeSpan delay);

    [LoggerMessage(1104, LogLevel.Warning, "Task {TaskName}: a callback on its cancellation threw {ErrorType}.", EventName = "CancellationCallbackFailed")]
    public static partial void CancellationCallbackFailed(ILogger logger, Exception? exception, string taskName, string errorType);

    [LoggerMessage(1105, LogLevel.Warning, "Service {TaskName} ended, and its clean-up threw {ErrorType}.", EventName = "ServiceCleanupFailed")]
    public static partial void ServiceCleanupFailed(ILogger logger, Exception? exception, string taskName, string errorType);

    [LoggerMessage(1106, LogLevel.Information, "Service {TaskName} has paused: the process is in trouble and it is not core.", EventName = "ServicePaused")]
    public static partial void ServicePaused(ILogger logger, string taskName);

    [LoggerMessage(1107, LogLevel.Information, "Service {TaskName} goes on.", EventName = "ServiceResumed")]
    public static partial void ServiceResumed(ILogger logger, string taskName);
}
