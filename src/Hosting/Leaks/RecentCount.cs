namespace CrashShield.Hosting.Leaks;

/// <summary>How many came within the last window.</summary>
internal sealed class RecentCount(TimeProvider time, TimeSpan window)
{
    private Queue<(long At, int Count)>? _steps;
    private int _sum;

    public int Add(int count)
    {
        if (count > 0)
            (_steps ??= new()).Enqueue((time.GetTimestamp(), count));
        _sum += count;
        while (_steps is not null && _steps.TryPeek(out var oldest) && time.GetElapsedTime(oldest.At) >= window)
            _sum -= _steps.Dequeue().Count;
        return _sum;
    }
}
