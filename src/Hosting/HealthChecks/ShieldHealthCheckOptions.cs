using CrashShield.Hosting.Configuration;

namespace CrashShield.Hosting.HealthChecks;

/// <summary>
/// Which of the application's health checks count for what (<c>CrashShield:HealthChecks</c>). By default one that fails makes the instance not ready, and nothing more. A check with the tag
/// <c>crashshield-ignore</c> counts for nothing and is not run.
/// </summary>
public sealed class ShieldHealthCheckOptions : ISettings
{
    /// <summary>The tag of checks that are for other eyes, such as a dashboard's.</summary>
    internal const string IgnoredTag = "crashshield-ignore";

    /// <summary>How often they are run; one that has not ended by then counts as unhealthy. 1 second to 1 hour; default: 10 seconds.</summary>
    [InRange("00:00:01", "01:00:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>While one of these is unhealthy, readiness fails. Default: all.</summary>
    public HealthCheckChoice Readiness { get; } = new(HealthCheckChoice.All);

    /// <summary>
    /// While one of these is unhealthy, liveness fails; when it is for <c>Circuit:FailAfter</c>, the circuit fails, for the sake of a worker that no orchestrator probes. They are to look at the process
    /// itself: a restart does not bring a database back. Default: those with the tag <c>live</c>, of Microsoft's own examples.
    /// </summary>
    public HealthCheckChoice Liveness { get; } = new("live");

    /// <summary>These move the circuit, and so what it refuses and pauses: degraded is a pressure that degrades, unhealthy one that opens. Default: those with the tag <c>circuit</c>.</summary>
    public HealthCheckChoice Circuit { get; } = new("circuit");

    /// <summary>A worker that is to take over has to pass these, and is taken back when one of them turns unhealthy in its probation. Default: all.</summary>
    public HealthCheckChoice Handover { get; } = new(HealthCheckChoice.All);
}
