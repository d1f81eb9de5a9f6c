using CrashShield.Hosting.Telemetry;
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
        "Task {TaskName} of {ScopeName} did not end within {Bound} after its cancellation and goes on by itself.", EventName = "TaskStuck")]
    public static partial void TaskStuck(ILogger logger, string taskName, string scopeName, Duration bound);

    [LoggerMessage(1102, LogLevel.Warning,
        "Task {TaskName} (attempt {Attempt}) failed with {ErrorType}; it starts again in {Delay}. Trace {TraceId}, error {ErrorId}.",
        EventName = "TaskRestarting")]
    public static partial void TaskRestarting(
        ILogger logger, Exception? exception, string? taskName, int attempt, string errorType, Duration delay, string? traceId, string errorId);

    [LoggerMessage(1103, LogLevel.Warning,
        "Task {TaskName} (attempt {Attempt}) ended though it is permanent; it starts again in {Delay}.", EventName = "TaskEndedEarly")]
    public static partial void TaskEndedEarly(ILogger logger, string taskName, int attempt, Duration delay);

    [LoggerMessage(1104, LogLevel.Warning, "Task {TaskName}: a callback on its cancellation threw {ErrorType}.", EventName = "CancellationCallbackFailed")]
    public static partial void CancellationCallbackFailed(ILogger logger, Exception? exception, string taskName, string errorType);

    [LoggerMessage(1105, LogLevel.Warning, "Service {TaskName} ended, and its clean-up threw {ErrorType}.", EventName = "ServiceCleanupFailed")]
    public static partial void ServiceCleanupFailed(ILogger logger, Exception? exception, string taskName, string errorType);

    [LoggerMessage(1106, LogLevel.Information, "Service {TaskName} has paused: the process is in trouble and it is not core.", EventName = "ServicePaused")]
    public static partial void ServicePaused(ILogger logger, string taskName);

    [LoggerMessage(1107, LogLevel.Information, "Service {TaskName} goes on.", EventName = "ServiceResumed")]
    public static partial void ServiceResumed(ILogger logger, string taskName);

    [LoggerMessage(1108, LogLevel.Warning,
        "Further failures of service {TaskName} in {Duration}: {Failures}, each of a kind that was logged with its stack. The last is {ErrorType}, error {ErrorId}.",
        EventName = "ServiceStillFailing")]
    public static partial void ServiceStillFailing(ILogger logger, string taskName, Duration duration, int failures, string errorType, string? errorId);

    [LoggerMessage(1109, LogLevel.Information, "Service {TaskName} is well again. Failures in {Duration}: {Failures}.", EventName = "ServiceRecovered")]
    public static partial void ServiceRecovered(ILogger logger, string taskName, Duration duration, int failures);

    [LoggerMessage(1110, LogLevel.Warning, "IsBug threw {ErrorType} when it was asked about a failure; supervision decided by itself.", EventName = "BugCheckFailed")]
    public static partial void BugCheckFailed(ILogger logger, Exception? exception, string errorType);

    [LoggerMessage(1111, LogLevel.Warning,
        "Message {Key} of {Queue} was handed to the dead-letter hook. Failures: {Failures}, the last one with {ErrorType}.", EventName = "MessageDeadLettered")]
    public static partial void MessageDeadLettered(ILogger logger, string key, string queue, int failures, string errorType);

    [LoggerMessage(1112, LogLevel.Warning, "The stop of the host cancelled tasks before their end: {Tasks} ({Count} in all).", EventName = "TasksCancelled")]
    public static partial void TasksCancelled(ILogger logger, string tasks, int count);

    [LoggerMessage(1113, LogLevel.Warning,
        "Task {TaskName} was not started: the host is stopping. Further tasks of this name are counted in crashshield.supervision.cancelled.", EventName = "TaskRefused")]
    public static partial void TaskRefused(ILogger logger, string taskName);

    [LoggerMessage(1114, LogLevel.Warning, "The host's time to stop was up before these tasks of {ScopeName} had ended: {Tasks} ({Count} in all).", EventName = "StopTimeUp")]
    public static partial void StopTimeUp(ILogger logger, string scopeName, string tasks, int count);

    [LoggerMessage(1115, LogLevel.Information, "The stop of the host waits, {Patience} at most, for these tasks: {Tasks} ({Count} in all).", EventName = "WaitingForTasks")]
    public static partial void WaitingForTasks(ILogger logger, string patience, string tasks, int count);

    [LoggerMessage(1116, LogLevel.Warning,
        "The host's time to stop was used up by {Services} when service {TaskName} was told to stop: nobody waits for its end.", EventName = "NoTimeLeft")]
    public static partial void NoTimeLeft(ILogger logger, string services, string taskName);

    [LoggerMessage(1117, LogLevel.Information, "Service {TaskName} has ended by itself after {Duration}, without a failure. It is not started again in this process.", EventName = "ServiceEnded")]
    public static partial void ServiceEnded(ILogger logger, string taskName, Duration duration);
}
