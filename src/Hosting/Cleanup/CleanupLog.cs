using CrashShield.Hosting.Telemetry;
using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Cleanup;

/// <summary>Event ids 1200 to 1299.</summary>
internal static partial class CleanupLog
{
    [LoggerMessage(1200, LogLevel.Error, "Clean-up step {Step} failed after {Duration}.", EventName = "StepFailed")]
    public static partial void StepFailed(ILogger logger, Exception? exception, string step, Duration duration);

    [LoggerMessage(1201, LogLevel.Error, "Clean-up step {Step} was given up after {Duration}.", EventName = "StepTimedOut")]
    public static partial void StepTimedOut(ILogger logger, string step, Duration duration);

    [LoggerMessage(1202, LogLevel.Error, "Clean-up step {Step} ended early after {Duration}: the chain's time was up.", EventName = "StepCanceled")]
    public static partial void StepCanceled(ILogger logger, Exception? exception, string step, Duration duration);

    [LoggerMessage(1203, LogLevel.Information, "Clean-up steps that succeeded: {Succeeded} of {Steps}, in {Duration}.", EventName = "ChainEnded")]
    public static partial void ChainEnded(ILogger logger, int succeeded, int steps, Duration duration);
}
