using CrashShield.Hosting.Configuration;

namespace CrashShield.Hosting.Supervision;

/// <summary>
/// Defaults of supervised tasks and services (<c>CrashShield:Supervision</c>). A scope or service that was given a
/// <see cref="SupervisionPolicy"/> of its own takes only <see cref="ShutdownTimeout"/> from here, and only when the policy has none.
/// </summary>
public sealed class SupervisionOptions : ISettings
{
    /// <summary>
    /// How long a child may take to stop once it is cancelled; after that it is reported as stuck and left behind.
    /// 1 ms to 1 hour; default: 5 seconds (as a worker's in Erlang/OTP).
    /// </summary>
    [InRange("00:00:00.001", "01:00:00")]
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How many restarts are made within <see cref="Within"/> before a scope or service gives up. 0 to 1,000; default: 1 (as Erlang/OTP's).</summary>
    [InRange(0, 1_000)]
    public int MaxRestarts { get; set; } = 1;

    /// <summary>The sliding window that <see cref="MaxRestarts"/> counts in. 1 ms to 1 day; default: 5 seconds (as Erlang/OTP's).</summary>
    [InRange("00:00:00.001", "1.00:00:00")]
    public TimeSpan Within { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest wait before the first restart in the window; it doubles with each further one. 0 to 1 hour; default: 100 ms.</summary>
    [InRange("00:00:00", "01:00:00")]
    public TimeSpan BackoffBase { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest wait before any restart. 0 to 1 hour; default: 10 seconds.</summary>
    [InRange("00:00:00", "01:00:00")]
    public TimeSpan BackoffMax { get; set; } = TimeSpan.FromSeconds(10);

    internal SupervisionPolicy ToPolicy() => new()
    {
        MaxRestarts = MaxRestarts,
        Within = Within,
        BackoffBase = BackoffBase,
        BackoffMax = BackoffMax,
        ShutdownTimeout = ShutdownTimeout,
    };
}
