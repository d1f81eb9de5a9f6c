using CrashShield.Hosting.Configuration;

namespace CrashShield.Hosting.Supervision;

/// <summary>Defaults of supervised tasks and services (<c>CrashShield:Supervision</c>).</summary>
public sealed class SupervisionOptions
{
    /// <summary>
    /// How long a child may take to stop once it is cancelled; after that it is reported as stuck and left behind.
    /// 1 ms to 1 hour; default: 5 seconds (as a worker's in Erlang/OTP).
    /// </summary>
    [InRange("00:00:00.001", "01:00:00")]
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(5);
}
