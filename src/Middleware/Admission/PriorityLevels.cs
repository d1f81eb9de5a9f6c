namespace CrashShield.Middleware.Admission;

/// <summary>
/// Turns a share to refuse into a threshold. Each request has a level, its priority's hundred plus a random number below a hundred (five classes
/// of a hundred levels, as failsafe-go's prioritizer has them); those below the threshold are refused. The threshold follows the levels that were
/// seen of late, so that a share of 0.3 refuses three of ten whatever the mix is, and always the lowest. The critical class comes into it only once refusing all others
/// has not helped for a second: the share overshoots whenever the machine stalls.
/// </summary>
internal sealed class PriorityLevels
{
    public const int PerClass = 100;
    private const int Classes = 5;
    private const int Ticks = 40;
    private const int Critical = (int)RequestPriority.Critical * PerClass;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly int[] _seen = new int[Classes * PerClass];
    private int _ticks;
    private TimeSpan _othersRefused;

    /// <summary>A level for one request.</summary>
    public static int Draw(RequestPriority priority) => ((int)priority * PerClass) + Random.Shared.Next(PerClass);

    public void Saw(int level) => Interlocked.Increment(ref _seen[level]);

    /// <summary>The threshold for a share. Called every 5 ms by one thread; every 40 calls what was seen counts half.</summary>
    /// <param name="share">The share to refuse.</param>
    /// <param name="elapsed">Since the last call.</param>
    public int Threshold(double share, TimeSpan elapsed)
    {
        var threshold = share == 0 ? 0 : Threshold(share);
        _othersRefused = threshold >= Critical ? _othersRefused + elapsed : TimeSpan.Zero;
        return _othersRefused < Patience ? Math.Min(threshold, Critical) : threshold;
    }

    private int Threshold(double share)
    {
        var isHalving = ++_ticks % Ticks == 0;
        long total = 0;
        foreach (ref var count in _seen.AsSpan())
        {
            if (isHalving)
                count /= 2;
            total += count;
        }

        // Nothing was seen yet: all are taken to be of the normal class.
        if (total == 0)
            return ((int)RequestPriority.Normal * PerClass) + (int)(share * PerClass);

        var refused = share * total;
        var threshold = 0;
        for (double below = _seen[0]; below <= refused && threshold < _seen.Length - 1; below += _seen[threshold])
            threshold++;
        return threshold;
    }
}
