using CrashShield.Load;

namespace CrashShield.Drills.Ordinary;

/// <summary>What became of one load.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Good">The answers that were right and came in time.</param>
/// <param name="Total">All requests.</param>
internal sealed record LoadSide(string Path, long Good, long Total)
{
    public double Share => Total == 0 ? 0 : (double)Good / Total;

    public static LoadSide Of(OrdinaryLoad load, LoadResult result) => new(load.Path, (long)Math.Round(result.GoodPerSecond * result.Seconds), result.Total);
}
