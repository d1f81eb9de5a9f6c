using System.Diagnostics;

namespace CrashShield.Hosting.Telemetry;

/// <summary>The one source of CrashShield's own spans.</summary>
internal static class CrashShieldSpans
{
    public static readonly ActivitySource Source = new(TelemetryNames.ActivitySource);
}
