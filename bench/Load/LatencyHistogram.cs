using System.Numerics;

namespace CrashShield.Load;

/// <summary>Durations in buckets of at most 1.6 % width, after Gil Tene's HdrHistogram: 64 to each power of two microseconds.</summary>
public sealed class LatencyHistogram
{
    private const int Precision = 6;
    private const int PerPower = 1 << Precision;
    private const int Buckets = (64 - Precision) * PerPower;

    private readonly long[] _counts = new long[Buckets];

    public long Count { get; private set; }

    public TimeSpan Max { get; private set; }

    public void Add(TimeSpan duration)
    {
        _counts[IndexOf((ulong)Math.Max(0, duration.Ticks / TimeSpan.TicksPerMicrosecond))]++;
        Count++;
        if (duration > Max)
            Max = duration;
    }

    public void Add(LatencyHistogram other)
    {
        for (var i = 0; i < Buckets; i++)
            _counts[i] += other._counts[i];
        Count += other.Count;
        if (other.Max > Max)
            Max = other.Max;
    }

    /// <summary>The upper end of the bucket that the percentile falls into.</summary>
    public TimeSpan Percentile(double percentile)
    {
        var rank = (long)Math.Ceiling(Count * percentile / 100);
        for (var i = 0; i < Buckets; i++)
        {
            rank -= _counts[i];
            if (rank <= 0 && _counts[i] > 0)
                return TimeSpan.FromMicroseconds(UpperEnd(i));
        }

        return Max;
    }

    private static int IndexOf(ulong microseconds)
    {
        if (microseconds < PerPower)
            return (int)microseconds;
        var shift = BitOperations.Log2(microseconds) - Precision;
        return ((shift + 1) * PerPower) + (int)((microseconds >> shift) - PerPower);
    }

    private static long UpperEnd(int index)
    {
        if (index < PerPower)
            return index;
        var shift = (index / PerPower) - 1;
        return ((PerPower + (index % PerPower) + 1L) << shift) - 1;
    }
}
