using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Circuit;

/// <summary>Event ids 1400 to 1499.</summary>
internal static partial class CircuitLog
{
    [LoggerMessage(1400, LogLevel.Critical, "The health circuit failed and liveness with it: {Reason}", EventName = "CircuitFailed")]
    public static partial void Failed(ILogger logger, string reason);
}
