using CrashShield.Init.Options;

namespace CrashShield.Init.Workers;

/// <summary>
/// How often a worker that dies is started again. One that has served, at once: its clients wait. One that has not, the first time at once, then after a random part of
/// a time that doubles: what failed together is not to come back together.
/// </summary>
internal sealed class RestartIntensity(RestartLimit limit, TimeProvider time, Random random)
{
    private static readonly TimeSpan Base = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(10);

    private readonly Queue<long> _restarts = [];

    public RestartLimit Limit => limit;

    /// <summary>Restarts in all.</summary>
    public int Total { get; private set; }

    /// <summary>Goes on counting where another image of this init was.</summary>
    public void Continue(int total) => Total = total;

    /// <param name="hasServed">Whether the one that died had come so far.</param>
    /// <param name="delay">How long to wait before.</param>
    /// <returns>False when one more would be above the limit.</returns>
    public bool TryRestart(bool hasServed, out TimeSpan delay)
    {
        delay = default;
        while (_restarts.TryPeek(out var first) && time.GetElapsedTime(first) > limit.Window)
            _restarts.Dequeue();
        if (_restarts.Count >= limit.Count)
            return false;

        delay = hasServed ? TimeSpan.Zero : DelayAfter(_restarts.Count);
        _restarts.Enqueue(time.GetTimestamp());
        Total++;
        return true;
    }

    private TimeSpan DelayAfter(int recent)
    {
        if (recent == 0)
            return TimeSpan.Zero;
        var longest = Math.Min(Base.TotalMilliseconds * Math.Pow(2, recent - 1), Most.TotalMilliseconds);
        // At least half of it, so that the delays grow.
        return TimeSpan.FromMilliseconds(longest / 2 + random.NextDouble() * longest / 2);
    }
}
