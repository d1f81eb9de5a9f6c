namespace CrashShield.Hosting.Telemetry;

/// <summary>The names under which CrashShield's signals can be subscribed to.</summary>
public static class TelemetryNames
{
    /// <summary>The meter of every instrument: <c>CrashShield</c>.</summary>
    public const string Meter = "CrashShield";

    /// <summary>The activity source of the spans of supervised tasks: <c>CrashShield</c>.</summary>
    public const string ActivitySource = "CrashShield";
}
