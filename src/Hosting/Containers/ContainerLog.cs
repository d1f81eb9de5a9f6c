using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Containers;

/// <summary>Event ids 1700 to 1799.</summary>
internal static partial class ContainerLog
{
    [LoggerMessage(1700, LogLevel.Information, "Container limits: cgroup {Source}, memory {Memory} ({Directory}), watching {Signals} signals.", EventName = "ContainerFound")]
    public static partial void Found(ILogger logger, string source, string memory, string directory, int signals);

    [LoggerMessage(1701, LogLevel.Warning, "The container source is blind to {Part}: it is missing, empty or garbled.", EventName = "ContainerPartBlind")]
    public static partial void PartBlind(ILogger logger, string part);

    [LoggerMessage(1702, LogLevel.Information, "The memory limit went from {Before} to {After}.", EventName = "ContainerLimitChanged")]
    public static partial void LimitChanged(ILogger logger, string before, string after);

    [LoggerMessage(1703, LogLevel.Warning, "The garbage collector did not take the changed memory limit.", EventName = "ContainerLimitRefused")]
    public static partial void LimitRefused(ILogger logger, Exception exception);
}
