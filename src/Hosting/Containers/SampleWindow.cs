namespace CrashShield.Hosting.Containers;

/// <summary>The last samples of a number that changes, in a ring that is allocated once.</summary>
internal sealed class SampleWindow(TimeSpan longest, TimeSpan interval, TimeProvider time)
{
    private readonly (long Timestamp, long Value)[] _samples = new (long, long)[(int)Math.Ceiling(longest / interval) + 2];
    private int _count;
    private int _newest = -1;

    public void Add(long timestamp, long value)
    {
        _newest = (_newest + 1) % _samples.Length;
        _samples[_newest] = (timestamp, value);
        _count = Math.Min(_count + 1, _samples.Length);
    }

    /// <summary>
    /// The change since the latest sample that is so old, or since the first when none is: the caller looks at the time. After a stall the sample is older, and the
    /// change over that time is still right.
    /// </summary>
    public (long Change, TimeSpan Elapsed) Over(TimeSpan age)
    {
        var (timestamp, value) = _samples[_newest];
        var (change, elapsed) = (0L, TimeSpan.Zero);
        for (var back = 1; back < _count && elapsed < age; back++)
        {
            var (earlier, before) = _samples[(_newest - back + _samples.Length) % _samples.Length];
            (change, elapsed) = (value - before, time.GetElapsedTime(earlier, timestamp));
        }

        return (change, elapsed);
    }

    /// <summary>The lowest that is no older than the longest time.</summary>
    public long Lowest()
    {
        var (newest, lowest) = _samples[_newest];
        for (var back = 1; back < _count; back++)
        {
            var (earlier, before) = _samples[(_newest - back + _samples.Length) % _samples.Length];
            if (time.GetElapsedTime(earlier, newest) > longest)
                break;
            lowest = Math.Min(lowest, before);
        }

        return lowest;
    }
}
