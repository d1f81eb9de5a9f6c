using CrashShield.Hosting.Telemetry;
using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Serving;

/// <summary>Event ids 2300 to 2399.</summary>
internal static partial class ServingLog
{
    [LoggerMessage(2300, LogLevel.Information, "Background services of the application do not run in this process before it serves: {Services}", EventName = "ServicesWait")]
    public static partial void ServicesWait(ILogger logger, string services);

    [LoggerMessage(2301, LogLevel.Information, "Background services run in this process now.", EventName = "ServicesRun")]
    public static partial void ServicesRun(ILogger logger);

    [LoggerMessage(2302, LogLevel.Information, "Background services have stopped after {Ms:F0} ms: another process goes on with their work.", EventName = "ServicesRest")]
    public static partial void ServicesRest(ILogger logger, double ms);

    [LoggerMessage(2303, LogLevel.Warning, "What runs in the background has not stopped within {Bound}, and another process goes on with its work all the same: {Services}.", EventName = "ServicesGoOn")]
    public static partial void ServicesGoOn(ILogger logger, Duration bound, string services);

    [LoggerMessage(2304, LogLevel.Warning, "Background service {Service} threw {ErrorType} when it was to stop, or to go on.", EventName = "BackgroundServiceFailed")]
    public static partial void ServiceFailed(ILogger logger, Exception? exception, string service, string? errorType);

    [LoggerMessage(2305, LogLevel.Warning, "Background services of the application run in this process, whether it serves or not: its host is not .NET's own, or a later version of that, and they cannot be held back.", EventName = "ServicesNotHeld")]
    public static partial void ServicesNotHeld(ILogger logger);

    [LoggerMessage(2306, LogLevel.Critical, "Background service {Service} could not be started again after the hot restart had failed ({ErrorType}). This process goes on without it: restart it when a build that works is in its place.", EventName = "ServiceNotTakenBack")]
    public static partial void NotTakenBack(ILogger logger, Exception? exception, string service, string? errorType);
}
