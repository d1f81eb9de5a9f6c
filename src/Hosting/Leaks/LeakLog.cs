using CrashShield.Hosting.Telemetry;
using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Leaks;

/// <summary>Event ids 1800 to 1899.</summary>
internal static partial class LeakLog
{
    [LoggerMessage(1800, LogLevel.Warning,
        "Tasks {Name} from {Site}, collected without ever completing: {Count}. The oldest had begun {Age} before. Trace {TraceId}.",
        EventName = "TasksAbandoned")]
    public static partial void TasksAbandoned(ILogger logger, string name, string site, int count, Duration age, string traceId);

    [LoggerMessage(1801, LogLevel.Warning, "Calls of {Name}, collected while they waited: {Count}. What they awaited can never complete.", EventName = "MethodsAbandoned")]
    public static partial void MethodsAbandoned(ILogger logger, string name, int count);

    [LoggerMessage(1802, LogLevel.Warning,
        "Resources {Name} from {Site}, collected without being disposed: {Count}. The oldest was created {Age} before. Trace {TraceId}. Created\n{CreationStack}",
        EventName = "ResourcesNotDisposed")]
    public static partial void ResourcesNotDisposed(ILogger logger, string name, string site, int count, Duration age, string traceId, string? creationStack);

    [LoggerMessage(1803, LogLevel.Warning,
        "Channels {Name} from {Site} with a reader that waits and no writer any more: {Count}, for {Age} at most. Trace {TraceId}.",
        EventName = "ReadersOrphaned")]
    public static partial void ReadersOrphaned(ILogger logger, string name, string site, int count, Duration age, string traceId);

    [LoggerMessage(1804, LogLevel.Warning, "Tasks {Name} from {Site} that have not completed: {Count}, the oldest after {Age}. Trace {TraceId}.", EventName = "TasksOverdue")]
    public static partial void TasksOverdue(ILogger logger, string name, string site, int count, Duration age, string traceId);

    [LoggerMessage(1805, LogLevel.Warning, "{Name} from {Site} grow and do not come back: from {From} to {To} within {Within}.", EventName = "CountSurges")]
    public static partial void CountSurges(ILogger logger, string name, string site, long from, long to, Duration within);

    [LoggerMessage(1806, LogLevel.Debug, "Alive and tracked, by age: {Profile}", EventName = "LeakProfile")]
    public static partial void Profile(ILogger logger, string profile);

    [LoggerMessage(1807, LogLevel.Error, "A look for leaks failed with {ErrorType}; the next one comes.", EventName = "LeakStepFailed")]
    public static partial void StepFailed(ILogger logger, Exception exception, string errorType);

    [LoggerMessage(1808, LogLevel.Warning,
        "CrashShield:Leaks:AbandonedMethods has no effect: {Reason}.",
        EventName = "MethodsNotReported")]
    public static partial void MethodsNotReported(ILogger logger, string reason);
}
