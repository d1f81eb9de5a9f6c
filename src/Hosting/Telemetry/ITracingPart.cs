using OpenTelemetry.Trace;

namespace CrashShield.Hosting.Telemetry;

/// <summary>What a package adds to CrashShield's own tracing; not to the application's, which has chosen what it traces.</summary>
internal interface ITracingPart
{
    void AddTo(TracerProviderBuilder tracing);
}
