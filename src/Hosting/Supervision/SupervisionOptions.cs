using CrashShield.Hosting.Configuration;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Supervision;

/// <summary>
/// Defaults of supervised tasks and services (<c>CrashShield:Supervision</c>). A scope or service that was given a <see cref="SupervisionPolicy"/> of its own takes only
/// <see cref="ShutdownTimeout"/>, <see cref="HealthyAfter"/> and <see cref="IsBug"/> from here, and only those that the policy has not.
/// </summary>
public sealed class SupervisionOptions : ISettings
{
    /// <summary>
    /// How long a child may take to stop once it is cancelled; after that it is reported as stuck and left behind.
    /// 1 ms to 1 hour; default: 5 seconds (as a worker's in Erlang/OTP).
    /// </summary>
    [InRange("00:00:00.001", "01:00:00")]
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How many restarts are made within <see cref="Within"/> before a scope gives up. 0 to 1,000; default: 1 (as Erlang/OTP's).</summary>
    [InRange(0, 1_000)]
    public int MaxRestarts { get; set; } = 1;

    /// <summary>The sliding window that <see cref="MaxRestarts"/> counts in. 1 ms to 1 day; default: 5 seconds (as Erlang/OTP's).</summary>
    [InRange("00:00:00.001", "1.00:00:00")]
    public TimeSpan Within { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest wait before the first restart; it doubles with each further one. 0 to 1 hour; default: 100 ms.</summary>
    [InRange("00:00:00", "01:00:00")]
    public TimeSpan BackoffBase { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest wait before any restart. 0 to 1 hour; default: 10 seconds.</summary>
    [InRange("00:00:00", "01:00:00")]
    public TimeSpan BackoffMax { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long an attempt of a service has to live for the service to be well again: its backoff then begins anew. 1 ms to 1 day; default: 1 minute.</summary>
    [InRange("00:00:00.001", "1.00:00:00")]
    public TimeSpan HealthyAfter { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>When a service is given up that was given no policy (<c>CrashShield:Supervision:Services</c>).</summary>
    [ValidateObjectMembers]
    public ServiceIntensityOptions Services { get; } = new();

    /// <summary>How often the handling of a message may fail before <see cref="DeadLetterGuard"/> hands it to the dead-letter hook. 1 to 1,000; default: 3.</summary>
    [InRange(1, 1_000)]
    public int DeadLetterAfter { get; set; } = 3;

    /// <summary>
    /// Whether a failure is a bug, or one of a dependency; see <see cref="SupervisionPolicy.IsBug"/>. Of services whose policy has none, and of messages. Default: <see langword="null"/>, which
    /// leaves it to supervision. Set in code alone.
    /// </summary>
    public Func<Exception, bool?>? IsBug { get; set; }

    internal SupervisionPolicy ToServicePolicy() => ToPolicy() with
    {
        Strategy = SupervisionPolicy.Service.Strategy,
        MaxRestarts = Services.MaxRestarts,
        Within = Services.Within,
    };

    internal SupervisionPolicy ToPolicy() => new()
    {
        MaxRestarts = MaxRestarts,
        Within = Within,
        BackoffBase = BackoffBase,
        BackoffMax = BackoffMax,
        ShutdownTimeout = ShutdownTimeout,
    };
}
