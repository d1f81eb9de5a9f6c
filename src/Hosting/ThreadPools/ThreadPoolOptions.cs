using CrashShield.Hosting.Configuration;

namespace CrashShield.Hosting.ThreadPools;

/// <summary>When a queue before the thread pool is a trouble (<c>CrashShield:ThreadPool</c>). Shedding keeps it far below these.</summary>
public sealed class ThreadPoolOptions : ISettings
{
    /// <summary>The wait of a work item from which the process is degraded. 1 ms to 1 hour; default: 500 ms.</summary>
    [InRange("00:00:00.001", "01:00:00")]
    public TimeSpan DegradeAt { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The wait of a work item from which the circuit opens; more than <see cref="DegradeAt"/>. 1 ms to 1 hour; default: 2 seconds.</summary>
    [InRange("00:00:00.001", "01:00:00")]
    public TimeSpan OpenAt { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long work items may wait while next to none ends before the pool counts as deadlocked and the process as failed: only a restart helps. At least
    /// <see cref="OpenAt"/>. 1 second to 1 day; default: 2 minutes.
    /// </summary>
    [InRange("00:00:01", "1.00:00:00")]
    public TimeSpan DeadlockAfter { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Whether CrashShield says which code blocks, when the threads of the pool wait and the processor idles. To see it, CrashShield samples the stacks of the process's own threads through the
    /// runtime's diagnostics port for a fraction of a second, at most once in ten minutes, in one while nothing was found. Default: <see langword="true"/>.
    /// </summary>
    public bool NameBlockingCode { get; set; } = true;

    /// <summary>
    /// How many threads the pool gets beyond its own minimum at most while its threads are blocked and processors idle. The memory that is left and the tasks that are allowed bound it too.
    /// 0, none, to 32,767; default: 500.
    /// </summary>
    [InRange(0, 32_767)]
    public int MaxAddedThreads { get; set; } = 500;
}
