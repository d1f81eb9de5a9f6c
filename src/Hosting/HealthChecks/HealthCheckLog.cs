using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.HealthChecks;

/// <summary>Event ids 2160 to 2169.</summary>
internal static partial class HealthCheckLog
{
    [LoggerMessage(2160, LogLevel.Warning, "Readiness fails: {Checks}. No new work comes here until all of them are well again.", EventName = "ChecksFailReadiness")]
    public static partial void NotReady(ILogger logger, string checks);

    [LoggerMessage(2161, LogLevel.Error, "Liveness fails: {Checks}. The orchestrator restarts the process if it lasts.", EventName = "ChecksFailLiveness")]
    public static partial void NotLive(ILogger logger, string checks);

    [LoggerMessage(2162, LogLevel.Information, "The health checks that count for readiness and liveness are well again.", EventName = "ChecksAreWell")]
    public static partial void Well(ILogger logger);

    [LoggerMessage(2163, LogLevel.Warning, "{Setting} = '{Tag}': no health check has this tag, so none counts for it. The checks have {Tags}; * stands for all.", EventName = "NoCheckHasTag")]
    public static partial void NoSuchTag(ILogger logger, string setting, string tag, string tags);
}
