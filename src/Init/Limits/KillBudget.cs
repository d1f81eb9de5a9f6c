namespace CrashShield.Init.Limits;

/// <summary>How many workers may be killed at a limit in a time: what has not helped three times does not help.</summary>
internal sealed class KillBudget(TimeProvider time)
{
    public const int Most = 3;
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    private readonly long[] _taken = new long[Most];
    private int _count;

    public bool TryTake()
    {
        var oldest = _count % Most;
        if (_count >= Most && time.GetElapsedTime(_taken[oldest]) < Window)
            return false;
        _taken[oldest] = time.GetTimestamp();
        _count++;
        return true;
    }
}
