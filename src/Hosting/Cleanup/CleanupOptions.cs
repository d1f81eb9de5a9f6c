using CrashShield.Hosting.Configuration;

namespace CrashShield.Hosting.Cleanup;

/// <summary>The clean-up chain that runs at shutdown (<c>CrashShield:Cleanup</c>).</summary>
public sealed class CleanupOptions
{
    /// <summary>
    /// How long one step may take before it is given up and the steps after it go on.
    /// 1 ms to 1 hour; default: 5 seconds (as a phase's in Akka's coordinated shutdown).
    /// </summary>
    [InRange("00:00:00.001", "01:00:00")]
    public TimeSpan StepTimeout { get; set; } = TimeSpan.FromSeconds(5);
}
