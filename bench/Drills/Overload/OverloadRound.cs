using CrashShield.Load;

namespace CrashShield.Drills.Overload;

/// <summary>What one overload came to.</summary>
/// <param name="Capacity">Requests a second without overload: the mean of what was measured before and after.</param>
/// <param name="Ordinary">Nine of ten requests.</param>
/// <param name="Critical">The tenth.</param>
internal sealed record OverloadRound(double Capacity, LoadResult Ordinary, LoadResult Critical)
{
    /// <summary>What was answered in time, of the capacity.</summary>
    public double Goodput => (Ordinary.GoodPerSecond + Critical.GoodPerSecond) / Capacity;

    /// <summary>The share of the critical ones that was answered in time: who refuses nothing serves all in the end, when nobody waits for it any more.</summary>
    public double CriticalInTime => Critical.Total == 0 ? 0 : Critical.GoodPerSecond * Critical.Seconds / Critical.Total;
}
