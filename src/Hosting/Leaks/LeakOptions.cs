using CrashShield.Hosting.Configuration;

namespace CrashShield.Hosting.Leaks;

/// <summary>What counts as a leak and when leaks are a trouble (<c>CrashShield:Leaks</c>).</summary>
public sealed class LeakOptions : ISettings
{
    /// <summary>
    /// Whether async methods that are collected while they wait are reported, watched or not. The runtime then gives each suspended method a finalizer, which costs it about 0.1 µs and 240 B.
    /// Default: <see langword="false"/>.
    /// </summary>
    public bool AbandonedMethods { get; set; }

    /// <summary>The age from which a watched task that has not completed counts as stuck. 100 ms to 1 day; default: 1 minute.</summary>
    [InRange("00:00:00.100", "1.00:00:00")]
    public TimeSpan StuckAfter { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The window in which a leak is logged once for each place that creates it, with a count. 1 second to 1 day; default: 1 minute.</summary>
    [InRange("00:00:01", "1.00:00:00")]
    public TimeSpan ReportWindow { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How many leaks are critical: those that are stuck, and those that were found within <see cref="ReportWindow"/>. 1 to 100,000,000; default: 10,000.
    /// </summary>
    [InRange(1, 100_000_000)]
    public int MaxLeaked { get; set; } = 10_000;

    /// <summary>The window of the surge detection: a count whose low has risen in five windows in a row is a surge. 1 second to 1 hour; default: 8 seconds.</summary>
    [InRange("00:00:01", "01:00:00")]
    public TimeSpan SurgeWindow { get; set; } = TimeSpan.FromSeconds(8);

    /// <summary>By what factor a count has to grow in those windows to be a surge. 1.1 to 1,000; default: 1.5.</summary>
    [InRange(1.1, 1000d)]
    public double SurgeFactor { get; set; } = 1.5;

    /// <summary>By how many a count has to grow in those windows to be a surge. 1 to 100,000,000; default: 100.</summary>
    [InRange(1, 100_000_000)]
    public int SurgeMinimum { get; set; } = 100;
}
