using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Snapshots;

/// <summary>Event ids 1600 to 1699.</summary>
internal static partial class SnapshotLog
{
    [LoggerMessage(1600, LogLevel.Warning, "A snapshot for {Reason} was written to {Path}.", EventName = "SnapshotWritten")]
    public static partial void Written(ILogger logger, string reason, string path);

    // Without the exception: its stack would tell nothing, and a full disk is told in one line.
    [LoggerMessage(1601, LogLevel.Error, "No snapshot for {Reason} could be written to {Directory}: {ErrorType}: {Error}", EventName = "SnapshotFailed")]
    public static partial void Failed(ILogger logger, string reason, string directory, string? errorType, string error);

    [LoggerMessage(1602, LogLevel.Warning, "No snapshot for {Reason}: {Why}.", EventName = "SnapshotRefused")]
    public static partial void Refused(ILogger logger, string reason, string why);
}
