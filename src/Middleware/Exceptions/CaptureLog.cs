using Microsoft.Extensions.Logging;

namespace CrashShield.Middleware.Exceptions;

/// <summary>Event ids 2000 to 2099.</summary>
internal static partial class CaptureLog
{
    [LoggerMessage(2000, LogLevel.Warning, "CrashShield is added but not used: call app.UseCrashShield() before app.Run().", EventName = "NotUsed")]
    public static partial void NotUsed(ILogger logger);

    [LoggerMessage(2001, LogLevel.Warning, "An IExceptionHandler threw {ErrorType} on error {ErrorId}.", EventName = "ExceptionHandlerFailed")]
    public static partial void ExceptionHandlerFailed(ILogger logger, Exception? exception, string? errorType, string errorId);

    [LoggerMessage(EventId = 2002, Level = LogLevel.Warning, EventName = "AnswerCustomizationFailed",
        Message = "Customising the problem details threw {ErrorType} on error {ErrorId}; the answer was sent without.")]
    public static partial void AnswerCustomizationFailed(ILogger logger, Exception? exception, string? errorType, string errorId);

    [LoggerMessage(2003, LogLevel.Warning, "Writing the answer threw {ErrorType} on error {ErrorId}; the server ends the response.", EventName = "AnswerFailed")]
    public static partial void AnswerFailed(ILogger logger, Exception? exception, string? errorType, string errorId);

    [LoggerMessage(EventId = 2004, Level = LogLevel.Warning, EventName = "BeforeRouting",
        Message = "UseCrashShield() comes before UseRouting(), so it does not know a request's endpoint when it decides whom to refuse, and .WithPriority(…) counts for nothing: call app.UseCrashShield() after app.UseRouting(). Failures are captured either way.")]
    public static partial void BeforeRouting(ILogger logger);

    [LoggerMessage(EventId = 2005, Level = LogLevel.Warning, EventName = "EndpointsNotMapped",
        Message = "Nobody answers /healthz and /metrics: UseCrashShield() maps them only for a WebApplication, outside of any branch. Call endpoints.MapCrashShield() in UseEndpoints(…), or set CrashShield:Endpoints:Map to false, and no ManagementPort, if that is meant.")]
    public static partial void EndpointsNotMapped(ILogger logger);

    [LoggerMessage(EventId = 2006, Level = LogLevel.Warning, EventName = "SuppressDiagnosticsFailed",
        Message = "ExceptionHandlerOptions.SuppressDiagnosticsCallback threw {ErrorType} on error {ErrorId}; the error is logged.")]
    public static partial void SuppressDiagnosticsFailed(ILogger logger, Exception? exception, string? errorType, string errorId);

    [LoggerMessage(EventId = 2007, Level = LogLevel.Warning, EventName = "StatusSelectorFailed",
        Message = "ExceptionHandlerOptions.StatusCodeSelector threw {ErrorType}; the answer has the status that it has without.")]
    public static partial void StatusSelectorFailed(ILogger logger, Exception? exception, string? errorType);
}
