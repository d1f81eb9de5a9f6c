namespace CrashShield.Hosting.Memory;

/// <summary>
/// Sums of what came within a time up to now. Allocates nothing after it was made: what comes faster than 1,000 times a window is put together. Not safe for threads.
/// </summary>
internal sealed class SlidingWindow
{
    private const int Parts = 1_000;

    // One more for the part that has begun and one for the part that ends.
    private readonly Entry[] _ring = new Entry[Parts + 2];
    private readonly long _length;
    private readonly TimeProvider _time;
    private int _first;
    private int _count;

    public SlidingWindow(TimeSpan length, TimeProvider time)
    {
        _time = time;
        _length = Ticks(length);
    }

    public void Add(double count, double value = 0)
    {
        var now = _time.GetTimestamp();
        while (_count > 0 && now - _ring[_first].At >= _length)
            (_first, _count) = (Next(_first), _count - 1);

        ref var last = ref _ring[(_first + Math.Max(_count - 1, 0)) % _ring.Length];
        if (_count > 0 && now - last.At < _length / Parts)
        {
            last = last with { Count = last.Count + count, Value = last.Value + value };
            return;
        }

        _ring[(_first + _count) % _ring.Length] = new(now, count, value);
        _count++;
    }

    /// <summary>What is younger than one age and at least as old as the other.</summary>
    public (double Count, double Value) Total(TimeSpan youngerThan, TimeSpan from = default)
    {
        var now = _time.GetTimestamp();
        var (oldest, youngest) = (Ticks(youngerThan), Ticks(from));
        var (count, value) = (0d, 0d);
        for (var (i, at) = (0, _first); i < _count; (i, at) = (i + 1, Next(at)))
        {
            ref var entry = ref _ring[at];
            var age = now - entry.At;
            if (age < oldest && age >= youngest)
                (count, value) = (count + entry.Count, value + entry.Value);
        }

        return (count, value);
    }

    private int Next(int index) => (index + 1) % _ring.Length;

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * _time.TimestampFrequency);

    private readonly record struct Entry(long At, double Count, double Value);
}
