namespace CrashShield.Hosting.ThreadPools.Diagnosis;

/// <summary>What the operating system and the runtime count of processor time. Reading allocates nothing.</summary>
internal interface IProcessorReadings
{
    /// <summary>How many processors the process may use: those of its affinity, or its quota where that is less.</summary>
    double Processors { get; }

    /// <summary>The processor time of the process.</summary>
    TimeSpan Used { get; }

    /// <summary>How long garbage collections have stopped the process.</summary>
    TimeSpan Paused { get; }

    /// <summary>How long the runtime has compiled.</summary>
    TimeSpan Compiled { get; }

    /// <summary>Reads the time of the processors that the process may run on, by whomever it is used.</summary>
    /// <param name="idle">The part in which they idled, in ticks of any length.</param>
    /// <param name="all">The whole, in the same ticks.</param>
    /// <returns>False where it cannot be told.</returns>
    bool TryReadMachine(out long idle, out long all);

    /// <summary>Reads in how many periods a processor quota has stopped the process.</summary>
    /// <param name="periods">How many.</param>
    /// <returns>False where there is no quota.</returns>
    bool TryReadThrottled(out long periods);

    /// <summary>Counts threads of the pool: of many, some.</summary>
    /// <param name="runnable">How many of them run or wait for a processor.</param>
    /// <param name="all">How many were counted.</param>
    /// <returns>False where it cannot be told.</returns>
    bool TryCountWorkers(out int runnable, out int all);

    /// <summary>Reads affinity and quota again.</summary>
    void Refresh();
}
