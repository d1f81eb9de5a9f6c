namespace CrashShield.Hosting.ThreadPools.Relief;

/// <summary>The runtime's thread pool, as far as its threads are counted and bounded.</summary>
internal interface IRuntimePool
{
    /// <summary>How many threads it has.</summary>
    int Count { get; }

    /// <summary>How many threads more it tries at once by itself, to find out whether they complete more; <see langword="null"/> where that is not known and cannot be set.</summary>
    int? MostTried { get; set; }

    int GetMinimum();

    /// <returns>False when the runtime's configuration has fixed it, or it is above the maximum.</returns>
    bool SetMinimum(int threads);

    int GetMaximum();

    /// <returns>False when it is below the minimum, or fixed.</returns>
    bool SetMaximum(int threads);
}
