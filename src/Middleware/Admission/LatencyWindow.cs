namespace CrashShield.Middleware.Admission;

/// <summary>Latencies of one window, four buckets to each doubling, counted without a lock.</summary>
internal sealed class LatencyWindow
{
    private const int PerDoubling = 4;
    private const int Buckets = 128;
    private const double FirstMs = 0.01;

    private readonly int[] _counts = new int[Buckets];
    private int _total;

    public int Count => Volatile.Read(ref _total);

    public void Record(TimeSpan latency)
    {
        var bucket = (int)(Math.Log2(Math.Max(1, latency.TotalMilliseconds / FirstMs)) * PerDoubling);
        Interlocked.Increment(ref _counts[Math.Min(bucket, Buckets - 1)]);
        Interlocked.Increment(ref _total);
    }

    /// <summary>A percentile in milliseconds, and begins the next window.</summary>
    public double TakePercentile(double share)
    {
        var (seen, rank, found) = (0L, share * Interlocked.Exchange(ref _total, 0), -1);
        for (var i = 0; i < Buckets; i++)
        {
            seen += Interlocked.Exchange(ref _counts[i], 0);
            if (found < 0 && seen >= rank)
                found = i;
        }

        return FirstMs * Math.Pow(2, (Math.Max(0, found) + 0.5) / PerDoubling);
    }
}
