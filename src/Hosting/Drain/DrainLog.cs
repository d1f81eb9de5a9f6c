using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Drain;

/// <summary>Event ids 1950 to 1999.</summary>
internal static partial class DrainLog
{
    [LoggerMessage(EventId = 1950, Level = LogLevel.Information, EventName = "DrainBegan",
        Message = "{By}: not ready from now on. Serves for {Delay}, closes connections with their next answer for {LameDuck}, then stops.")]
    public static partial void Began(ILogger logger, string by, TimeSpan delay, TimeSpan lameDuck);

    [LoggerMessage(1951, LogLevel.Warning, "{By}: stops now. What is left of the drain is skipped and open connections are cut.", EventName = "DrainHurried")]
    public static partial void Hurried(ILogger logger, string by);

    [LoggerMessage(1952, LogLevel.Information, "The host stopped {Duration} after {By}.", EventName = "DrainEnded")]
    public static partial void Ended(ILogger logger, TimeSpan duration, string by);

    [LoggerMessage(EventId = 1953, Level = LogLevel.Warning, EventName = "GracePeriodTooShort",
        Message = "A shutdown may take {Total}, and the process is killed after {GracePeriod}: CrashShield:Drain:Delay {Delay} + CrashShield:Drain:LameDuck {LameDuck} + HostOptions.ShutdownTimeout {Host} + CrashShield:Cleanup:ChainTimeout {CleanUp}. Shorten one, or set CrashShield:Drain:GracePeriod to a longer one that is granted.")]
    public static partial void GraceTooShort(
        ILogger logger, string total, TimeSpan? gracePeriod, TimeSpan delay, TimeSpan lameDuck, TimeSpan host, TimeSpan cleanUp);

    [LoggerMessage(1954, LogLevel.Critical, "The process ends itself with status {Status}: {Bound} after {By}, {What} had not ended.", EventName = "DrainGivenUp")]
    public static partial void GivenUp(ILogger logger, int status, TimeSpan bound, string by, string what);

    [LoggerMessage(1955, LogLevel.Error, "What the application does when the process drains threw {ErrorType}.", EventName = "DrainNoticeFailed")]
    public static partial void NoticeFailed(ILogger logger, Exception? exception, string? errorType);

    [LoggerMessage(1956, LogLevel.Error, "A part of the drain failed and was skipped: {ErrorType}: {Error}", EventName = "DrainPartFailed")]
    public static partial void PartFailed(ILogger logger, string? errorType, string error);
}
