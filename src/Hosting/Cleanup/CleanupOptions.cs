using CrashShield.Hosting.Configuration;

namespace CrashShield.Hosting.Cleanup;

/// <summary>The clean-up chain that runs at shutdown (<c>CrashShield:Cleanup</c>).</summary>
public sealed class CleanupOptions : ISettings
{
    internal static readonly TimeSpan DefaultStepTimeout = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long one step may take before it is given up and the steps after it go on.
    /// 1 ms to 1 hour; default: 5 seconds (as a phase's in Akka's coordinated shutdown).
    /// </summary>
    [InRange("00:00:00.001", "01:00:00")]
    public TimeSpan StepTimeout { get; set; } = DefaultStepTimeout;

    /// <summary>
    /// How long the whole chain may take before every step is told to hurry: the tokens of running steps are cancelled, and
    /// the steps left are still called, with a cancelled token and their own bound.
    /// 1 ms to 1 day; default: 30 seconds (as the host's own <c>ShutdownTimeout</c>, which the chain does not share).
    /// </summary>
    [InRange("00:00:00.001", "1.00:00:00")]
    public TimeSpan ChainTimeout { get; set; } = TimeSpan.FromSeconds(30);
}
