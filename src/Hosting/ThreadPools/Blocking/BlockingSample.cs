namespace CrashShield.Hosting.ThreadPools.Blocking;

/// <summary>Where the threads of the pool waited at one moment.</summary>
/// <param name="Places">The places, the one with most threads first.</param>
/// <param name="PoolThreads">How many threads the pool had, idle ones included.</param>
/// <param name="Failure">Why the stacks could not be taken; <see langword="null"/> when they were.</param>
internal sealed record BlockingSample(IReadOnlyList<BlockedPlace> Places, int PoolThreads, string? Failure = null)
{
    /// <summary>No result.</summary>
    /// <param name="reason">Why, without a full stop.</param>
    public static BlockingSample Unknown(string reason) => new([], 0, reason.TrimEnd('.'));
}
