using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Leaks;

/// <summary>Event ids 1800 to 1899.</summary>
internal static partial class LeakLog
{
    [LoggerMessage(1800, LogLevel.Warning,
        "{Count} of the tasks {Name} from {Site} were collected without ever completing, {Age} after they had begun. Trace {TraceId}.",
        EventName = "TasksAbandoned")]
    public static partial void TasksAbandoned(ILogger logger, int count, string name, string site, TimeSpan age, string traceId);

    [LoggerMessage(1801, LogLevel.Warning, "{Count} calls of {Name} were collected while they waited: what they awaited can never complete.", EventName = "MethodsAbandoned")]
    public static partial void MethodsAbandoned(ILogger logger, int count, string name);

    [LoggerMessage(1802, LogLevel.Warning,
        "{Count} of the resources {Name} from {Site} were collected without being disposed, {Age} after they were created. Trace {TraceId}. Created\n{CreationStack}",
        EventName = "ResourcesNotDisposed")]
    public static partial void ResourcesNotDisposed(ILogger logger, int count, string name, string site, TimeSpan age, string traceId, string? creationStack);

    [LoggerMessage(1803, LogLevel.Warning,
        "{Count} of the channels {Name} from {Site} have a reader that waits, since {Age}, and no writer any more. Trace {TraceId}.",
        EventName = "ReadersOrphaned")]
    public static partial void ReadersOrphaned(ILogger logger, int count, string name, string site, TimeSpan age, string traceId);

    [LoggerMessage(1804, LogLevel.Warning, "{Count} of the tasks {Name} from {Site} have not completed after {Age}. Trace {TraceId}.", EventName = "TasksOverdue")]
    public static partial void TasksOverdue(ILogger logger, int count, string name, string site, TimeSpan age, string traceId);

    [LoggerMessage(1805, LogLevel.Warning, "{Name} from {Site} grow and do not come back: from {From} to {To} within {Within}.", EventName = "CountSurges")]
    public static partial void CountSurges(ILogger logger, string name, string site, long from, long to, TimeSpan within);

    [LoggerMessage(1806, LogLevel.Debug, "Alive and tracked, by age: {Profile}", EventName = "LeakProfile")]
    public static partial void Profile(ILogger logger, string profile);

    [LoggerMessage(1807, LogLevel.Error, "A look for leaks failed with {ErrorType}; the next one comes.", EventName = "LeakStepFailed")]
    public static partial void StepFailed(ILogger logger, Exception exception, string errorType);

    [LoggerMessage(1808, LogLevel.Warning,
        "CrashShield:Leaks:AbandonedMethods has no effect: {Reason}.",
        EventName = "MethodsNotReported")]
    public static partial void MethodsNotReported(ILogger logger, string reason);
}
