using CrashShield.Hosting.Memory;

namespace CrashShield.Hosting.Containers;

/// <summary>
/// When the limit will be reached if the memory goes on growing as it does. A share alone tells too late: of 200 MiB, 15 % are gone in a second and a half at 20 MiB/s. But a cache that fills
/// grows as fast for a while, so growth has to have lasted for as long as it would take to fill what is left; only where it leaves no time to see that, it is believed at once.
/// </summary>
internal sealed class MemoryForecast(IGarbageCollector gc, ContainerOptions options, TimeProvider time)
{
    // Shedding needs five seconds to take hold; the rest is for the readings in a row that the circuit asks for and for growth that comes in steps.
    private static readonly TimeSpan NoTimeToWait = TimeSpan.FromSeconds(7.5);

    // A process that starts grows fast and is far from any limit.
    private const double LeastShare = 0.3;

    // Growth that has just been stopped by shedding would begin again: hold what was entered, and enter nothing.
    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(20);
    private const double Holding = 0.85;
    private const double Degrade = 0.9;

    private readonly HeapGarbage _garbage = new(gc);
    private readonly MemoryGrowth _growth = new(options, time);
    private long _seen;
    private bool _hasSeen;

    public double BytesPerSecond => _growth.BytesPerSecond;

    public double SecondsLeft { get; private set; } = double.PositiveInfinity;

    /// <summary>Whether the last reading was on the way to the limit, and not only held from before.</summary>
    public bool IsOnTheWay { get; private set; }

    /// <summary>Takes a reading.</summary>
    /// <param name="now">When it was taken.</param>
    /// <param name="inUse">The memory in use, without the page cache.</param>
    /// <param name="limit">The limit.</param>
    /// <returns>The pressure.</returns>
    public double Of(long now, long inUse, long limit)
    {
        _growth.Take(now, inUse, _garbage.Bytes(inUse));
        var left = Math.Max(0, limit - inUse);
        SecondsLeft = BytesPerSecond > 0 ? left / BytesPerSecond : double.PositiveInfinity;
        IsOnTheWay = inUse >= limit * LeastShare && SecondsLeft <= options.MemoryForecast.TotalSeconds
            && ((_growth.GoesOn && SecondsLeft <= NoTimeToWait.TotalSeconds) || _growth.Risen() >= left);
        if (IsOnTheWay)
        {
            (_seen, _hasSeen) = (now, true);
            return Degrade;
        }

        return _hasSeen && time.GetElapsedTime(_seen, now) < Hold ? Holding : 0;
    }
}
