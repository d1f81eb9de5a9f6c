using CrashShield.Hosting.Configuration;

namespace CrashShield.Hosting.Memory;

/// <summary>
/// When the garbage collector's figures say that memory runs out (<c>CrashShield:Memory</c>). A collection is young when it is one of generation 0 or 1, and full
/// when it is one of generation 2, in the background or not.
/// </summary>
public sealed class MemoryOptions : ISettings
{
    /// <summary>How often the collections are judged. 1 second to 1 hour; default: 10 seconds.</summary>
    [InRange("00:00:01", "01:00:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The time, up to now, whose collections are judged. 1 second to 1 hour; default: 1 minute.</summary>
    [InRange("00:00:01", "01:00:00")]
    public TimeSpan Window { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The young collections a minute from which <see cref="YoungReclaimed"/> and the trend of the full collections are looked at. By itself it is no danger.
    /// 1 to 1,000,000 collections; default: 15.
    /// </summary>
    [InRange(1, 1_000_000)]
    public int YoungPerMinute { get; set; } = 15;

    /// <summary>The share of young memory that young collections have to reclaim; less, with full collections on the rise, is a danger. 0 to 1; default: 0.95.</summary>
    [InRange(0d, 1d)]
    public double YoungReclaimed { get; set; } = 0.95;

    /// <summary>The full collections within <see cref="Window"/> from which their mean pause may not exceed <see cref="FrequentFullPause"/>. 1 to 1,000 collections; default: 3.</summary>
    [InRange(1, 1_000)]
    public int FrequentFull { get; set; } = 3;

    /// <summary>The mean pause of frequent full collections that is a danger when exceeded. 1 ms to 1 minute; default: 500 ms.</summary>
    [InRange("00:00:00.001", "00:01:00")]
    public TimeSpan FrequentFullPause { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// The mean pause of full collections, however rare, that is a danger when exceeded; at least <see cref="FrequentFullPause"/>. 1 ms to 1 minute; default: 800 ms.
    /// </summary>
    [InRange("00:00:00.001", "00:01:00")]
    public TimeSpan FullPause { get; set; } = TimeSpan.FromMilliseconds(800);

    /// <summary>How often the used part of the heap is read. 100 ms to 1 minute; default: 1 second.</summary>
    [InRange("00:00:00.100", "00:01:00")]
    public TimeSpan HeapInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the heap has to stay that full. 0 to 1 hour; default: 5 seconds.</summary>
    [InRange("00:00:00", "01:00:00")]
    public TimeSpan HeapFor { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The share of the memory that the heap may have to which it has to fall before the process recovers; below <see cref="HeapDegradeAt"/>. 0 to 1; default: 0.75.
    /// </summary>
    [InRange(0d, 1d)]
    public double HeapRecoverAt { get; set; } = 0.75;

    /// <summary>The share of the memory that the heap may have from which the process is degraded. 0.05 to 1; default: 0.85.</summary>
    [InRange(0.05, 1d)]
    public double HeapDegradeAt { get; set; } = 0.85;

    /// <summary>The share of the memory that the heap may have from which the circuit opens; above <see cref="HeapDegradeAt"/>. 0.05 to 1; default: 0.92.</summary>
    [InRange(0.05, 1d)]
    public double HeapOpenAt { get; set; } = 0.92;
}
