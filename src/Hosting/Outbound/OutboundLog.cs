using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Outbound;

/// <summary>Event ids 2350 to 2359.</summary>
internal static partial class OutboundLog
{
    [LoggerMessage(2350, LogLevel.Information, "Calls to what is not core fail at once from now on: the health circuit is not closed.", EventName = "CallsFailFast")]
    public static partial void Refused(ILogger logger);

    [LoggerMessage(2351, LogLevel.Information, "Calls to what is not core go out again.", EventName = "CallsGoOut")]
    public static partial void GoOut(ILogger logger);
}
