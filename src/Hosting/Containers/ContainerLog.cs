using CrashShield.Hosting.Containers.Reactions;
using CrashShield.Hosting.Telemetry;
using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Containers;

/// <summary>Event ids 1700 to 1799.</summary>
internal static partial class ContainerLog
{
    [LoggerMessage(1700, LogLevel.Information, "Container limits: cgroup {Source}, memory {Memory} ({Directory}), signals watched: {Signals}.", EventName = "ContainerFound")]
    public static partial void Found(ILogger logger, string source, string memory, string directory, int signals);

    [LoggerMessage(1701, LogLevel.Warning, "The container source is blind to {Part}: it is missing, empty or garbled.", EventName = "ContainerPartBlind")]
    public static partial void PartBlind(ILogger logger, string part);

    [LoggerMessage(1702, LogLevel.Information, "The memory limit went from {Before} to {After}.", EventName = "ContainerLimitChanged")]
    public static partial void LimitChanged(ILogger logger, string before, string after);

    [LoggerMessage(1703, LogLevel.Warning, "The garbage collector did not take the changed memory limit.", EventName = "ContainerLimitRefused")]
    public static partial void LimitRefused(ILogger logger, Exception exception);

    [LoggerMessage(1704, LogLevel.Error, "A limit of the container is critical: {Why}. The evidence is saved first; when it lasts the process drains and restarts.", EventName = "ContainerCritical")]
    public static partial void Critical(ILogger logger, string why);

    [LoggerMessage(1705, LogLevel.Error, "Threads, {Count} in all: {Groups}.", EventName = "ContainerThreads")]
    public static partial void Threads(ILogger logger, int count, string groups);

    [LoggerMessage(1706, LogLevel.Warning, "The limit of the container ({Reason}) has not been critical for 30 s.", EventName = "ContainerCleared")]
    public static partial void Cleared(ILogger logger, string reason);

    [LoggerMessage(EventId = 1707, Level = LogLevel.Critical, EventName = "ContainerRestarts",
        Message = "A limit of the container has stayed critical for {After} since the evidence was saved: {Why}. The process drains and exits with status {Status}: restart {Taken} of the {Budget} allowed in {Window}.")]
    public static partial void Restarts(ILogger logger, string why, Duration after, int status, int taken, int budget, Duration window);

    [LoggerMessage(EventId = 1708, Level = LogLevel.Critical, EventName = "ContainerBudgetUsed",
        Message = "A limit of the container ({Reason}) stays critical, and the process does not exit: its restarts within {Window} are {Taken}, and CrashShield:Containers:RestartBudget is {Budget}. It goes on degraded. The restarts are in {Path}.")]
    public static partial void BudgetUsed(ILogger logger, string reason, Duration window, int taken, int budget, string path);

    [LoggerMessage(EventId = 1709, Level = LogLevel.Critical, EventName = "ContainerBudgetUnknown",
        Message = "A limit of the container ({Reason}) stays critical, and the process does not exit: restarts are counted in {Path}, which cannot be written ({ErrorType}: {Error}). It goes on degraded.")]
    public static partial void BudgetUnknown(ILogger logger, string reason, string path, string? errorType, string error);

    [LoggerMessage(1710, LogLevel.Error, "A step of the reaction to a critical limit of the container ({Step}) failed: {ErrorType}: {Error}", EventName = "ContainerReactionFailed")]
    public static partial void ReactionFailed(ILogger logger, EpisodeStep step, string? errorType, string error);

    [LoggerMessage(
        1711, LogLevel.Warning, "The thread that watches the limits of the container while they hold the process up cannot be started ({ErrorType}: {Error}). A process that is held up then saves no evidence and does not exit.", EventName = "ContainerThreadMissing")]
    public static partial void NoThread(ILogger logger, string? errorType, string error);
}
