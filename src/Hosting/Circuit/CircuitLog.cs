using CrashShield.Hosting.Telemetry;
using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Circuit;

/// <summary>Event ids 1400 to 1499.</summary>
internal static partial class CircuitLog
{
    [LoggerMessage(1400, LogLevel.Critical, "The health circuit failed and does not recover in this process: {Reason}", EventName = "CircuitFailed")]
    public static partial void Failed(ILogger logger, string? reason);

    [LoggerMessage(1401, LogLevel.Warning, "The health circuit went from {From} to {To}: {Reason}", EventName = "CircuitTripped")]
    public static partial void Tripped(ILogger logger, CircuitLevel from, CircuitLevel to, string? reason);

    [LoggerMessage(1402, LogLevel.Information, "The health circuit went back from {From} to {To}.", EventName = "CircuitRecovered")]
    public static partial void Recovered(ILogger logger, CircuitLevel from, CircuitLevel to);

    [LoggerMessage(1403, LogLevel.Warning, "The pressure source {Source} is blind: {Reason}", EventName = "SourceBlind")]
    public static partial void SourceBlind(ILogger logger, Exception? exception, string source, string reason);

    [LoggerMessage(1404, LogLevel.Information, "The pressure source {Source} sees again.", EventName = "SourceSees")]
    public static partial void SourceSees(ILogger logger, string source);

    [LoggerMessage(1405, LogLevel.Warning, "The reaction {Reaction} to {Level} has taken longer than {Timeout} and goes on by itself.", EventName = "ReactionStuck")]
    public static partial void ReactionStuck(ILogger logger, string reaction, CircuitLevel level, Duration timeout);

    [LoggerMessage(1406, LogLevel.Error, "The reaction {Reaction} to {Level} threw {ErrorType}.", EventName = "ReactionFailed")]
    public static partial void ReactionFailed(ILogger logger, Exception? exception, string reaction, CircuitLevel level, string? errorType);

    [LoggerMessage(1407, LogLevel.Critical, "The process ends itself with status {Status}, within {Bound} at the latest, as its circuit failed: {Reason}", EventName = "FailedProcessEnds")]
    public static partial void ProcessEnds(ILogger logger, string? reason, int status, Duration bound);

    [LoggerMessage(1408, LogLevel.Critical, "Liveness fails from now on, so that whoever asks /healthz or /livez restarts the process: {Reason}", EventName = "FailedLiveness")]
    public static partial void LivenessFails(ILogger logger, string? reason);

    [LoggerMessage(1409, LogLevel.Critical, "The process stays although its circuit failed, as CrashShield:Circuit:ExitWhenFailed is false: {Reason}", EventName = "FailedProcessStays")]
    public static partial void FailedStays(ILogger logger, string? reason);

    [LoggerMessage(1410, LogLevel.Critical, "The process ends itself with status {Status} and without its clean-up: the thread pool ran nothing for {Bound}, so that the host cannot stop.", EventName = "FailedProcessCannotStop")]
    public static partial void CannotStop(ILogger logger, int status, Duration bound);
}
