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
            var (earlier, before) = At(back);
            (change, elapsed) = (value - before, time.GetElapsedTime(earlier, timestamp));
        }

        return (change, elapsed);
    }

    /// <summary>The greatest rise within a time, or a little more, of those that have ended since an age.</summary>
    public long Steepest(TimeSpan within, TimeSpan age)
    {
        var (newest, _) = _samples[_newest];
        var steepest = 0L;
        for (var back = 0; back + 1 < _count; back++)
        {
            var (timestamp, value) = At(back);
            if (time.GetElapsedTime(timestamp, newest) >= age)
                break;

            var rise = 0L;
            for (var before = back + 1; before < _count; before++)
            {
                var (earlier, low) = At(before);
                rise = value - low;
                if (time.GetElapsedTime(earlier, timestamp) >= within)
                    break;
            }

            steepest = Math.Max(steepest, rise);
        }

        return steepest;
    }

    /// <summary>The lowest that is no older than the longest time.</summary>
    public long Lowest()
    {
        var (newest, lowest) = _samples[_newest];
        for (var back = 1; back < _count; back++)
        {
            var (earlier, before) = At(back);
            if (time.GetElapsedTime(earlier, newest) > longest)
                break;
            lowest = Math.Min(lowest, before);
        }

        return lowest;
    }

    private (long Timestamp, long Value) At(int back) => _samples[(_newest - back + _samples.Length) % _samples.Length];
}
