namespace CrashShield.Hosting.Leaks;

/// <summary>One place in the code that creates what is tracked, with all of it that is alive, the oldest first.</summary>
internal sealed class LeakSite(SiteKey key, string member, TimeSpan? stuckAfter = null)
{
    private readonly Lock _lock = new();
    private TrackedItem? _oldest;
    private TrackedItem? _youngest;
    private int _alive;

    public LeakKind Kind => key.Kind;

    public string Name => key.Name;

    /// <summary>The file's name alone: its path says more of the machine that built it than of the code.</summary>
    public string Place { get; } = key.File.Length == 0
        ? key.Name
        : $"{member} ({Path.GetFileName(key.File.Replace('\\', '/'))}:{key.Line})";

    /// <summary>The age from which what it creates is stuck, where it says so itself; <see cref="Timeout.InfiniteTimeSpan"/> is never.</summary>
    public TimeSpan? StuckAfter => stuckAfter;

    public int Alive => Volatile.Read(ref _alive);

    public TrackedItem Add(TimeProvider time, string? traceId, string? stack = null)
    {
        lock (_lock)
        {
            // The clock is read under the lock, so that the list is in the order of age.
            var item = new TrackedItem(this, time.GetTimestamp(), traceId, stack) { Older = _youngest };
            if (_youngest is null)
                _oldest = item;
            else
                _youngest.Younger = item;
            _youngest = item;
            _alive++;
            return item;
        }
    }

    /// <returns>False when it was removed before.</returns>
    public bool Remove(TrackedItem item)
    {
        lock (_lock)
        {
            if (item.IsRemoved)
                return false;

            item.IsRemoved = true;
            if (item.Older is null)
                _oldest = item.Younger;
            else
                item.Older.Younger = item.Younger;
            if (item.Younger is null)
                _youngest = item.Older;
            else
                item.Younger.Older = item.Older;
            item.Older = item.Younger = null;
            _alive--;
            return true;
        }
    }

    /// <summary>Adds those that have become older than <paramref name="bound"/> since the last call. Of the monitor's thread alone.</summary>
    /// <returns>How many there are by now.</returns>
    public int TakeStuck(TimeProvider time, TimeSpan bound, List<LeakFinding> fresh)
    {
        bound = StuckAfter ?? bound;
        if (bound == Timeout.InfiniteTimeSpan)
            return 0;

        lock (_lock)
        {
            var all = 0;
            for (var item = _oldest; item is not null && time.GetElapsedTime(item.Started) >= bound; item = item.Younger)
            {
                all++;
                if (!item.IsStuck)
                    fresh.Add(item.Found(time, LeakKind.StuckTask));
                item.IsStuck = true;
            }

            return all;
        }
    }

    /// <summary>Hands what is alive to <paramref name="take"/>, the oldest first, for as long as that answers <see langword="true"/>. Must not call back.</summary>
    public void Walk(Func<TrackedItem, bool> take)
    {
        lock (_lock)
        {
            for (var item = _oldest; item is not null && take(item);)
                item = item.Younger;
        }
    }
}
