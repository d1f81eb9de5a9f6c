using CrashShield.Hosting.Configuration;

namespace CrashShield.Hosting.Containers;

/// <summary>
/// When the limits of the container are a trouble (<c>CrashShield:Containers</c>). Shares are of 1; a signal recovers at its first threshold, degrades the process at its second
/// and opens the circuit at its third.
/// </summary>
public sealed class ContainerOptions : ISettings
{
    /// <summary>How often the kernel's files are read. 100 ms to 2 seconds; default: 250 ms, which takes about 0.05 % of a core.</summary>
    [InRange("00:00:00.100", "00:00:02")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How often the limits are read again. 1 second to 1 hour; default: 10 seconds.</summary>
    [InRange("00:00:01", "01:00:00")]
    public TimeSpan LimitInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The share of the memory limit in use to which it has to fall; below <see cref="MemoryDegradeAt"/>. 0.05 to 1; default: 0.75.</summary>
    [InRange(0.05, 1d)]
    public double MemoryRecoverAt { get; set; } = 0.75;

    /// <summary>The share of the memory limit in use that degrades the process; below <see cref="MemoryOpenAt"/>. 0.05 to 1; default: 0.85.</summary>
    [InRange(0.05, 1d)]
    public double MemoryDegradeAt { get; set; } = 0.85;

    /// <summary>The share of the memory limit in use that opens the circuit. 0.05 to 1; default: 0.95.</summary>
    [InRange(0.05, 1d)]
    public double MemoryOpenAt { get; set; } = 0.95;

    /// <summary>
    /// How long before the memory limit will be reached, at the growth of the last two seconds, the process is degraded. Up to 7.5 seconds before the limit growth is believed at once, farther
    /// from it once memory has risen by as much as is left, within twice this time. 0, never, to 10 minutes; default: 15 seconds.
    /// </summary>
    [InRange("00:00:00", "00:10:00")]
    public TimeSpan MemoryForecast { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The share of 10 seconds that tasks wait for memory to which it has to fall; below <see cref="StallDegradeAt"/>. 0.01 to 1; default: 0.1.</summary>
    [InRange(0.01, 1d)]
    public double StallRecoverAt { get; set; } = 0.1;

    /// <summary>The share of 10 seconds in which some tasks wait for memory that degrades the process; below <see cref="StallOpenAt"/>. 0.01 to 1; default: 0.4.</summary>
    [InRange(0.01, 1d)]
    public double StallDegradeAt { get; set; } = 0.4;

    /// <summary>The share of 10 seconds in which all tasks wait for memory that opens the circuit. 0.01 to 1; default: 0.6.</summary>
    [InRange(0.01, 1d)]
    public double StallOpenAt { get; set; } = 0.6;

    /// <summary>The share of 2 seconds in which some tasks wait for memory that opens the circuit. 0.01 to 1; default: 0.95.</summary>
    [InRange(0.01, 1d)]
    public double HardStallAt { get; set; } = 0.95;

    /// <summary>How often <c>memory.high</c> may be exceeded in 10 seconds before the process is degraded. 1 to 1,000,000; default: 10.</summary>
    [InRange(1, 1_000_000)]
    public int HighEvents { get; set; } = 10;

    /// <summary>The share of the tasks allowed to which it has to fall; below <see cref="PidsDegradeAt"/>. 0.05 to 1; default: 0.7.</summary>
    [InRange(0.05, 1d)]
    public double PidsRecoverAt { get; set; } = 0.7;

    /// <summary>The share of the tasks allowed that degrades the process; below <see cref="PidsOpenAt"/>. 0.05 to 1; default: 0.8.</summary>
    [InRange(0.05, 1d)]
    public double PidsDegradeAt { get; set; } = 0.8;

    /// <summary>The share of the tasks allowed that opens the circuit. 0.05 to 1; default: 0.95.</summary>
    [InRange(0.05, 1d)]
    public double PidsOpenAt { get; set; } = 0.95;

    /// <summary>The share of throttled processor periods to which it has to fall; below <see cref="ThrottleDegradeAt"/>. 0.01 to 1; default: 0.1.</summary>
    [InRange(0.01, 1d)]
    public double ThrottleRecoverAt { get; set; } = 0.1;

    /// <summary>
    /// The share of throttled processor periods that degrades the process, once 90 % of the quota is used over <see cref="ThrottleWindow"/>; it never opens the circuit. 0.01 to 1; default: 0.25.
    /// </summary>
    [InRange(0.01, 1d)]
    public double ThrottleDegradeAt { get; set; } = 0.25;

    /// <summary>The time over which throttled periods are counted. 5 seconds to 10 minutes; default: 1 minute.</summary>
    [InRange("00:00:05", "00:10:00")]
    public TimeSpan ThrottleWindow { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How long a limit has to stay critical after the evidence was saved before the process drains and exits with status 79, so that it is started anew. 1 second to 1 hour; default:
    /// 30 seconds.
    /// </summary>
    [InRange("00:00:01", "01:00:00")]
    public TimeSpan RestartAfter { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How many such restarts <see cref="RestartWindow"/> allows; then the process goes on degraded. 0, never, to 100; default: 3.</summary>
    [InRange(0, 100)]
    public int RestartBudget { get; set; } = 3;

    /// <summary>The time over which restarts are counted, those of the processes before included. 1 minute to 1 day; default: 10 minutes.</summary>
    [InRange("00:01:00", "1.00:00:00")]
    public TimeSpan RestartWindow { get; set; } = TimeSpan.FromMinutes(10);
}
