using CrashShield.Hosting.ThreadPools.Diagnosis;

namespace CrashShield.Hosting.ThreadPools;

/// <summary>Keeps the longest delays between one thread that looks and another that asks.</summary>
internal sealed class DelayPeaks
{
    private long _all;
    private long _own;
    private bool _isOwn;

    /// <summary>Adds what was seen.</summary>
    /// <param name="tick">The pool.</param>
    /// <param name="delay">How long work waits.</param>
    /// <param name="isLeft">Whether the pool is blocked and left to itself.</param>
    public void Add(PoolTick tick, TimeSpan delay, bool isLeft = false)
    {
        var isOwn = isLeft || tick.State is ProcessorState.Busy or ProcessorState.Saturated;
        Volatile.Write(ref _isOwn, isOwn);
        Raise(ref _all, delay);
        if (isOwn)
            Raise(ref _own, tick.Delay);
    }

    /// <summary>The longest since the last call.</summary>
    /// <param name="now">The delay of the item that waits now, which may have grown since it was added.</param>
    public DelayPeak Take(TimeSpan now)
    {
        var (all, own) = (Interlocked.Exchange(ref _all, 0), Interlocked.Exchange(ref _own, 0));
        var seen = Math.Max(all, now.Ticks);
        return new(new(seen), new(Volatile.Read(ref _isOwn) ? Math.Max(own, now.Ticks) : own));
    }

    private static void Raise(ref long peak, TimeSpan delay)
    {
        if (delay.Ticks > Volatile.Read(ref peak))
            Interlocked.Exchange(ref peak, delay.Ticks);
    }
}
