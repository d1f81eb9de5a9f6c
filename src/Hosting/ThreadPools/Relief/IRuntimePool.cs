namespace CrashShield.Hosting.ThreadPools.Relief;

/// <summary>The runtime's thread pool, as far as its threads are counted and bounded.</summary>
internal interface IRuntimePool
{
    /// <summary>How many threads it has.</summary>
    int Count { get; }

    int GetMinimum();

    /// <returns>False when the runtime's configuration has fixed it, or it is above the maximum.</returns>
    bool SetMinimum(int threads);

    int GetMaximum();

    /// <returns>False when it is below the minimum, or fixed.</returns>
    bool SetMaximum(int threads);
}
