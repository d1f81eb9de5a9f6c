using CrashShield.Hosting.Configuration;

namespace CrashShield.Hosting.Supervision;

/// <summary>
/// When a supervised service that was given no policy is given up (<c>CrashShield:Supervision:Services</c>). Only restarts count after a bug: a failure at once, of a
/// service that has not worked in this process, and not of a dependency.
/// </summary>
public sealed class ServiceIntensityOptions : ISettings
{
    /// <summary>How many such restarts are made within <see cref="Within"/> before the service is given up and the health circuit fails. 0 to 1,000; default: 5.</summary>
    [InRange(0, 1_000)]
    public int MaxRestarts { get; set; } = SupervisionPolicy.Service.MaxRestarts;

    /// <summary>The sliding window that <see cref="MaxRestarts"/> counts in. 1 ms to 1 day; default: 1 minute.</summary>
    [InRange("00:00:00.001", "1.00:00:00")]
    public TimeSpan Within { get; set; } = SupervisionPolicy.Service.Within;
}
