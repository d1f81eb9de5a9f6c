using Microsoft.Extensions.Logging;

namespace CrashShield.Middleware.Management;

/// <summary>Event ids 2100 to 2199.</summary>
internal static partial class ManagementLog
{
    [LoggerMessage(2100, LogLevel.Information, "Health and metrics on {Address}, on a thread of their own.", EventName = "ManagementListening")]
    public static partial void Listening(ILogger logger, string address);

    [LoggerMessage(2101, LogLevel.Warning, "The management port could not take a connection: {ErrorType}: {Error}", EventName = "ManagementAcceptFailed")]
    public static partial void AcceptFailed(ILogger logger, string? errorType, string error);

    [LoggerMessage(2102, LogLevel.Warning, "The management port could not answer: {ErrorType}: {Error}", EventName = "ManagementAnswerFailed")]
    public static partial void AnswerFailed(ILogger logger, string? errorType, string error);
}
