namespace CrashShield.Middleware.Admission;

/// <summary>
/// Turns a share to refuse into a threshold. Each request has a level, its priority's hundred plus a random number below a hundred (five classes
/// of a hundred levels, as failsafe-go's prioritizer has them); those below the threshold are refused. The threshold follows the levels that were
/// seen of late, so that a share of 0.3 refuses three of ten whatever the mix is, and always the lowest.
/// </summary>
internal sealed class PriorityLevels
{
    public const int PerClass = 100;
    private const int Classes = 5;
    private const int Ticks = 40;

    private readonly int[] _seen = new int[Classes * PerClass];
    private int _ticks;

    /// <summary>A level for one request.</summary>
    public static int Draw(RequestPriority priority) => ((int)priority * PerClass) + Random.Shared.Next(PerClass);

    public void Saw(int level) => Interlocked.Increment(ref _seen[level]);

    /// <summary>The threshold for a share. Called every 5 ms by one thread; every 40 calls what was seen counts half.</summary>
    public int Threshold(double share)
    {
        if (share == 0)
            return 0;

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
