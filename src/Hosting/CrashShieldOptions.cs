using CrashShield.Hosting.Admission;
using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.Cleanup;
using CrashShield.Hosting.Configuration;
using CrashShield.Hosting.Containers;
using CrashShield.Hosting.Drain;
using CrashShield.Hosting.Endpoints;
using CrashShield.Hosting.Failures;
using CrashShield.Hosting.Handoff;
using CrashShield.Hosting.HealthChecks;
using CrashShield.Hosting.Leaks;
using CrashShield.Hosting.Memory;
using CrashShield.Hosting.Signals;
using CrashShield.Hosting.Snapshots;
using CrashShield.Hosting.Supervision;
using CrashShield.Hosting.Telemetry;
using CrashShield.Hosting.ThreadPools;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting;

/// <summary>
/// Everything that can be set, one property a feature. Bound from the configuration section <c>CrashShield</c>
/// and checked before the host starts: a value that is out of range, of the wrong type or under an unknown key ends the start.
/// </summary>
public sealed class CrashShieldOptions : ISettings
{
    /// <summary>How failures are captured and answered (<c>CrashShield:Exceptions</c>).</summary>
    [ValidateObjectMembers]
    public FailureOptions Exceptions { get; } = new();

    /// <summary>Defaults of supervised tasks and services (<c>CrashShield:Supervision</c>).</summary>
    [ValidateObjectMembers]
    public SupervisionOptions Supervision { get; } = new();

    /// <summary>The clean-up chain that runs at shutdown (<c>CrashShield:Cleanup</c>).</summary>
    [ValidateObjectMembers]
    public CleanupOptions Cleanup { get; } = new();

    /// <summary>When the health circuit changes its level (<c>CrashShield:Circuit</c>).</summary>
    [ValidateObjectMembers]
    public CircuitOptions Circuit { get; } = new();

    /// <summary>Which of the application's health checks count for what (<c>CrashShield:HealthChecks</c>).</summary>
    [ValidateObjectMembers]
    public ShieldHealthCheckOptions HealthChecks { get; } = new();

    /// <summary>When a queue before the thread pool is a trouble (<c>CrashShield:ThreadPool</c>).</summary>
    [ValidateObjectMembers]
    public ThreadPoolOptions ThreadPool { get; } = new();

    /// <summary>What counts as a leak and when leaks are a trouble (<c>CrashShield:Leaks</c>).</summary>
    [ValidateObjectMembers]
    public LeakOptions Leaks { get; } = new();

    /// <summary>When the garbage collector's figures say that memory runs out (<c>CrashShield:Memory</c>).</summary>
    [ValidateObjectMembers]
    public MemoryOptions Memory { get; } = new();

    /// <summary>Where the scene of a trouble is saved (<c>CrashShield:Snapshots</c>).</summary>
    [ValidateObjectMembers]
    public SnapshotOptions Snapshots { get; } = new();

    /// <summary>When the limits of the container are a trouble (<c>CrashShield:Containers</c>).</summary>
    [ValidateObjectMembers]
    public ContainerOptions Containers { get; } = new();

    /// <summary>Which requests are refused under overload (<c>CrashShield:Admission</c>).</summary>
    [ValidateObjectMembers]
    public AdmissionOptions Admission { get; } = new();

    /// <summary>What the signals of an operator do (<c>CrashShield:Signals</c>).</summary>
    [ValidateObjectMembers]
    public SignalOptions Signals { get; } = new();

    /// <summary>How the process goes out of service when it is told to stop (<c>CrashShield:Drain</c>).</summary>
    [ValidateObjectMembers]
    public DrainOptions Drain { get; } = new();

    /// <summary>Where traces go and which meters <c>/metrics</c> shows (<c>CrashShield:Telemetry</c>).</summary>
    [ValidateObjectMembers]
    public TelemetryOptions Telemetry { get; } = new();

    /// <summary>How a worker takes over from another in a hot restart (<c>CrashShield:Handoff</c>).</summary>
    [ValidateObjectMembers]
    public HandoffOptions Handoff { get; } = new();

    /// <summary>The health and metrics endpoints (<c>CrashShield:Endpoints</c>).</summary>
    [ValidateObjectMembers]
    public EndpointOptions Endpoints { get; } = new();
}
