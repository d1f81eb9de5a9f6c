namespace CrashShield.Hosting.Leaks;

/// <summary>
/// Tells a leak from a burst. It compares the lowest counts of whole windows: a burst comes back to where it began, so its lows do not rise window after window, however high it goes.
/// </summary>
internal sealed class SurgeDetector(LeakOptions options)
{
    /// <summary>How many windows in a row have to rise.</summary>
    internal const int Rises = 5;

    // Lows that creep up by chance just before a burst have risen in every window too, but by nothing that matters.
    private const int MinShareOfAverage = 10;

    private readonly Queue<long> _lows = new(Rises + 1);
    private TimeSpan _windowEnds = TimeSpan.MinValue;
    private long _low;
    private long _last;

    /// <summary>Takes a count. Called about once a second.</summary>
    /// <returns>The surge that has become certain with it; the next needs as many windows again.</returns>
    public Surge? Sample(TimeSpan now, long count)
    {
        if (_windowEnds == TimeSpan.MinValue)
            Open(now, count);
        if (now < _windowEnds)
        {
            _low = Math.Min(_low, count);
            return null;
        }

        Close();
        Open(now, count);
        return Found();
    }

    private void Open(TimeSpan now, long count) => (_windowEnds, _low) = (now + options.SurgeWindow, count);

    private void Close()
    {
        if (_lows.Count > 0 && _low <= _last)
            _lows.Clear();
        if (_lows.Count > Rises)
            _lows.Dequeue();
        _lows.Enqueue(_low);
        _last = _low;
    }

    private Surge? Found()
    {
        if (_lows.Count <= Rises)
            return null;

        var (from, to) = (_lows.Peek(), _last);
        if (to - from < options.SurgeMinimum || to < from * options.SurgeFactor || SmallestRise() * Rises * MinShareOfAverage < to - from)
            return null;

        _lows.Clear();
        return new Surge(from, to, options.SurgeWindow * Rises);
    }

    private long SmallestRise() => _lows.Zip(_lows.Skip(1), static (before, after) => after - before).Min();
}
