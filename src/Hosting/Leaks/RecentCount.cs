namespace CrashShield.Hosting.Leaks;

/// <summary>How many came within the last window.</summary>
internal sealed class RecentCount(TimeProvider time, TimeSpan window)
{
    private readonly Queue<(long At, int Count)> _steps = new();
    private int _sum;

    public int Add(int count)
    {
        if (count > 0)
            _steps.Enqueue((time.GetTimestamp(), count));
        _sum += count;
        while (_steps.TryPeek(out var oldest) && time.GetElapsedTime(oldest.At) >= window)
            _sum -= _steps.Dequeue().Count;
        return _sum;
    }
}
