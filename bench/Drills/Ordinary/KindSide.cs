using CrashShield.Load;

namespace CrashShield.Drills.Ordinary;

/// <summary>What one server made of one kind of work.</summary>
/// <param name="Good">The answers that were right and came in time.</param>
/// <param name="Total">All requests.</param>
/// <param name="Refused">Those with another status than 200.</param>
/// <param name="P50Ms">The median of the answers that were right; of several loads, the worst.</param>
/// <param name="P99Ms">Their 99th percentile.</param>
/// <param name="EachSecond">The right answers of the first load, in each second.</param>
/// <param name="PoolThreads">The most threads that the pool has had.</param>
/// <param name="Beside">What became of clients beside the load.</param>
/// <param name="Health">What the product said, where it was.</param>
/// <param name="States">What the product took the process to be doing.</param>
internal sealed record KindSide(
    long Good, long Total, long Refused, double P50Ms, double P99Ms, long[] EachSecond, int PoolThreads, Beside? Beside, Health? Health, IReadOnlyList<string> States)
{
    public double Share => Total == 0 ? 0 : (double)Good / Total;

    public static KindSide Of(IReadOnlyList<LoadResult> measured, double seconds, Beside? beside, ServerWatch watch, Health? health) => new(
        measured.Sum(GoodOf), measured.Sum(result => result.Total), measured.Sum(result => result.WrongStatus), measured.Max(result => result.P50Ms),
        measured.Max(result => result.P99Ms), WholeSeconds(measured[0].EachSecond, seconds), watch.PoolThreads, beside, health, watch.States);

    public static long GoodOf(LoadResult result) => (long)Math.Round(result.GoodPerSecond * result.Seconds);

    // What comes after the load's end is in none of them.
    private static long[] WholeSeconds(long[] counts, double seconds)
    {
        Array.Resize(ref counts, (int)seconds);
        return counts;
    }
}
