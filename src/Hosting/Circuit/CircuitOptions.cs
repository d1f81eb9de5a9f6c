using CrashShield.Hosting.Configuration;

namespace CrashShield.Hosting.Circuit;

/// <summary>When the health circuit changes its level (<c>CrashShield:Circuit</c>). For every source a pressure of 0.9 degrades the process, 1 opens the circuit, and 0.8 lets it recover.</summary>
public sealed class CircuitOptions : ISettings
{
    /// <summary>How many readings in a row have to be that high. 1 to 100; default: 3.</summary>
    [InRange(1, 100)]
    public int EnterSamples { get; set; } = 3;

    /// <summary>How long the pressure has to stay that low. 0 to 1 hour; default: 10 seconds.</summary>
    [InRange("00:00:00", "01:00:00")]
    public TimeSpan RecoverAfter { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long the circuit has to be open before readiness falls: a spike that hits all replicas must not take all of them out of rotation.
    /// A level that an operator holds counts at once. 0 to 1 hour; default: 30 seconds.
    /// </summary>
    [InRange("00:00:00", "01:00:00")]
    public TimeSpan NotReadyAfter { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long one source, other than the health checks of what the process depends on, may hold the circuit open before it is given up: the level becomes <c>Failed</c>. 1 second to 1 day; default: 10 minutes.</summary>
    [InRange("00:00:01", "1.00:00:00")]
    public TimeSpan FailAfter { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a source may owe a reading, beyond its own interval, before it is reported as blind. 100 ms to 1 hour; default: 5 seconds.</summary>
    [InRange("00:00:00.100", "01:00:00")]
    public TimeSpan BlindAfter { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long one reaction to a change of level may take before it is reported and its token cancelled, within a quarter of a second more. 10 ms to 1 hour; default: 5 seconds.</summary>
    [InRange("00:00:00.010", "01:00:00")]
    public TimeSpan ReactionTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Whether the process drains, runs its shutdown steps and exits with status 70 when the circuit has failed. Default: <see langword="null"/>, which is yes where nobody else would end it:
    /// in a host without a web server, in one on which no endpoint of CrashShield is mapped, and in a worker of <c>crashshield-init</c>; elsewhere liveness fails. Yes is for a server that
    /// nobody probes; no leaves the process as it is.
    /// </summary>
    public bool? ExitWhenFailed { get; set; }

    /// <summary>
    /// How long a process that ends itself because its circuit has failed may take without its shutdown steps, where it serves no requests: in a host without a web server, or before its start has
    /// ended. What has not stopped by then ends with the process, without the shutdown steps that have not run. <c>HostOptions.ShutdownTimeout</c> counts where it is shorter. 100 ms to 1 hour; default: 3 seconds,
    /// so that such a process has ended within 5.
    /// </summary>
    [InRange("00:00:00.100", "01:00:00")]
    public TimeSpan ExitTimeout { get; set; } = TimeSpan.FromSeconds(3);
}
