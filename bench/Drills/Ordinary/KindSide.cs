using CrashShield.Load;

namespace CrashShield.Drills.Ordinary;

/// <summary>What one server made of one kind of work.</summary>
/// <param name="Loads">What became of each load.</param>
/// <param name="Refused">The requests that got another status than 200.</param>
/// <param name="P50Ms">The median of the answers that were right; of several loads, the worst.</param>
/// <param name="P99Ms">Their 99th percentile.</param>
/// <param name="EachSecond">The right answers of the first load, in each second.</param>
/// <param name="PoolThreads">The most threads that the pool has had.</param>
/// <param name="Beside">What became of clients beside the load.</param>
/// <param name="Health">What the product said, where it was.</param>
/// <param name="States">What the product took the process to be doing.</param>
/// <param name="DriverLateP99Ms">How late requests were sent: when it is near the latencies, they are the driver's, which had no processor.</param>
internal sealed record KindSide(
    IReadOnlyList<LoadSide> Loads, long Refused, double P50Ms, double P99Ms, long[] EachSecond, int PoolThreads, Beside? Beside, Health? Health, IReadOnlyList<string> States,
    double DriverLateP99Ms)
{
    public long Good => Loads.Sum(load => load.Good);

    public long Total => Loads.Sum(load => load.Total);

    /// <summary>The share of the load that fared worst: ten long requests do not show in the sum beside a thousand short ones.</summary>
    public double WorstShare => Loads.Min(load => load.Share);

    public static KindSide Of(IReadOnlyCollection<(OrdinaryLoad Load, LoadResult Result)> loads, double seconds, Beside? beside, ServerWatch watch, Health? health)
    {
        LoadResult[] results = [.. loads.Select(load => load.Result)];
        return new(
            [.. loads.Select(load => LoadSide.Of(load.Load, load.Result))], results.Sum(result => result.WrongStatus + result.Shed), results.Max(result => result.P50Ms),
            results.Max(result => result.P99Ms), WholeSeconds(results[0].EachSecond, seconds), watch.PoolThreads, beside, health, watch.States,
            results.Max(result => result.DriverLateP99Ms ?? 0));
    }

    // What comes after the load's end is in none of them.
    private static long[] WholeSeconds(long[] counts, double seconds)
    {
        Array.Resize(ref counts, (int)seconds);
        return counts;
    }
}
