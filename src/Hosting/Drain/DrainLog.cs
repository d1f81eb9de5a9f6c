using CrashShield.Hosting.Handoff;
using CrashShield.Hosting.Telemetry;
using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Drain;

/// <summary>Event ids 1950 to 1999. The old worker and the new one write to one log: each line says whose it is.</summary>
internal static partial class DrainLog
{
    public static void Began(ILogger logger, string by, TimeSpan delay, TimeSpan lameDuck) =>
        Began(logger, by, Environment.ProcessId, WorkerBuild.CurrentGeneration, delay, lameDuck);

    [LoggerMessage(EventId = 1950, Level = LogLevel.Information, EventName = "DrainBegan",
        Message = "{By}: worker {ProcessId} (generation {Generation}) is not ready from now on. It serves for {Delay}, closes connections with their next response for {LameDuck}, then stops.")]
    private static partial void Began(ILogger logger, string by, int processId, int generation, Duration delay, Duration lameDuck);

    public static void Hurried(ILogger logger, string by) => Hurried(logger, by, Environment.ProcessId, WorkerBuild.CurrentGeneration);

    [LoggerMessage(1951, LogLevel.Warning, "{By}: worker {ProcessId} (generation {Generation}) stops now. What is left of the drain is skipped and open connections are cut.", EventName = "DrainHurried")]
    private static partial void Hurried(ILogger logger, string by, int processId, int generation);

    public static void Ended(ILogger logger, TimeSpan duration, string by) => Ended(logger, Environment.ProcessId, WorkerBuild.CurrentGeneration, duration, by);

    [LoggerMessage(1952, LogLevel.Information, "The host of worker {ProcessId} (generation {Generation}) stopped {Duration} after {By}.", EventName = "DrainEnded")]
    private static partial void Ended(ILogger logger, int processId, int generation, Duration duration, string by);

    [LoggerMessage(EventId = 1953, Level = LogLevel.Warning, EventName = "GracePeriodTooShort",
        Message = "A shutdown may take {Total}, and the process is killed after {GracePeriod}: CrashShield:Drain:Delay {Delay} + CrashShield:Drain:LameDuck {LameDuck} + HostOptions.ShutdownTimeout {Host} + CrashShield:Cleanup:ChainTimeout {CleanUp}. Shorten one, or set CrashShield:Drain:GracePeriod to a longer one that is granted.")]
    public static partial void GraceTooShort(
        ILogger logger, Duration total, Duration? gracePeriod, Duration delay, Duration lameDuck, Duration host, Duration cleanUp);

    public static void GivenUp(ILogger logger, int status, TimeSpan bound, string by, string what) =>
        GivenUp(logger, Environment.ProcessId, WorkerBuild.CurrentGeneration, status, bound, by, what);

    [LoggerMessage(1954, LogLevel.Critical, "Worker {ProcessId} (generation {Generation}) ends itself with status {Status}: {Bound} after {By}, {What} had not ended.", EventName = "DrainGivenUp")]
    private static partial void GivenUp(ILogger logger, int processId, int generation, int status, Duration bound, string by, string what);

    [LoggerMessage(1955, LogLevel.Error, "What the application does when the process drains threw {ErrorType}.", EventName = "DrainNoticeFailed")]
    public static partial void NoticeFailed(ILogger logger, Exception? exception, string? errorType);

    [LoggerMessage(1956, LogLevel.Error, "A part of the drain failed and was skipped: {ErrorType}: {Error}", EventName = "DrainPartFailed")]
    public static partial void PartFailed(ILogger logger, string? errorType, string error);

    public static void StopBegan(ILogger logger, string by, TimeSpan host, TimeSpan cleanUp) =>
        StopBegan(logger, by, Environment.ProcessId, WorkerBuild.CurrentGeneration, Text(host), cleanUp);

    [LoggerMessage(EventId = 1957, Level = LogLevel.Information, EventName = "StopBegan",
        Message = "{By}: worker {ProcessId} (generation {Generation}) stops, without a delay as it has no server. Its services may take {Host}, its shutdown steps {CleanUp} after that.")]
    private static partial void StopBegan(ILogger logger, string by, int processId, int generation, string host, Duration cleanUp);

    public static void StopRepeated(ILogger logger, string by) => StopRepeated(logger, by, Environment.ProcessId, WorkerBuild.CurrentGeneration);

    [LoggerMessage(1958, LogLevel.Warning, "{By}: worker {ProcessId} (generation {Generation}) stops already. Its services and shutdown steps keep their bounds.", EventName = "StopRepeated")]
    private static partial void StopRepeated(ILogger logger, string by, int processId, int generation);

    [LoggerMessage(EventId = 1959, Level = LogLevel.Critical, EventName = "BackgroundServiceEndsProcess",
        Message = "The host stops because a background service has failed: {Services}. The process ends with status {Status}. AddSupervisedService starts such a service again instead.")]
    public static partial void ServiceFailed(ILogger logger, string services, int status);

    private static string Text(TimeSpan bound) => bound == Timeout.InfiniteTimeSpan ? "as long as they like" : new Duration(bound).ToString();
}
