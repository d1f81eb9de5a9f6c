namespace CrashShield.Hosting.Supervision;

/// <summary>
/// How long to wait before a restart: exponential with full jitter (M. Brooker, "Exponential Backoff And Jitter",
/// AWS Architecture Blog, 2015), so that what failed together does not come back together.
/// </summary>
internal static class Backoff
{
    // Doubling a wait of any length as often makes it longer than the longest maximum.
    private const int MaxDoublings = 60;

    /// <param name="policy">The base and the maximum.</param>
    /// <param name="restarts">For a scope the restarts in the window, for a service its failures in a row; this one counts, so from 1.</param>
    /// <param name="sample">Random, from 0 up to but not including 1.</param>
    public static TimeSpan Delay(SupervisionPolicy policy, int restarts, double sample)
    {
        var cap = Math.Min(policy.BackoffMax.Ticks, policy.BackoffBase.Ticks * Math.Pow(2, Math.Min(restarts - 1, MaxDoublings)));
        return TimeSpan.FromTicks((long)(cap * sample));
    }
}
