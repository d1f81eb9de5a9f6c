using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Telemetry;

/// <summary>Event ids 2600 to 2699.</summary>
internal static partial class TelemetryLog
{
    [LoggerMessage(
        2600, LogLevel.Information,
        "The application's requests are traced already, by an agent or a provider outside of its services: CrashShield sends no spans by the standard variables. CrashShield:Telemetry:OtlpEndpoint has it send them.",
        EventName = "TracedByOthers")]
    public static partial void TracedByOthers(ILogger logger);
}
