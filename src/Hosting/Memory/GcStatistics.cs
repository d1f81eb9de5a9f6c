namespace CrashShield.Hosting.Memory;

/// <summary>
/// Counts collections over sliding windows. The counts come from the runtime's counters and are exact; pauses come from the record of the last collection of each
/// kind, which is read after each full collection, so that only those which follow within the same instant have no pause of their own.
/// </summary>
internal sealed class GcStatistics
{
    // More full collections in three windows in a row: a rise of the load makes a step, a heap that fills up makes a slope.
    private const int TrendWindows = 3;

    // Less is what two collections of a steady process differ by.
    private const double Growth = 1.1;

    private readonly Lock _lock = new();
    private readonly IGarbageCollector _gc;
    private readonly TimeSpan _window;
    private readonly TimeSpan _apart;
    private readonly TimeProvider _time;
    private readonly SlidingWindow _youngCounts;
    private readonly SlidingWindow _youngBytes;
    private readonly SlidingWindow _fullCounts;
    private readonly SlidingWindow _fullPauses;
    private readonly SlidingWindow _fullLeft;
    private readonly SlidingWindow _fullTimes;
    private readonly int _fullAtStart;
    private int _young;
    private int _full;
    private long _fullAt;
    private long _fullTimeAt;
    private bool _hasFullTime;
    private long _youngIndex;
    private long _blockingIndex;
    private long _backgroundIndex;

    public GcStatistics(IGarbageCollector gc, TimeSpan window, TimeSpan apart, TimeProvider time)
    {
        (_gc, _window, _apart, _time) = (gc, window, apart, time);
        _youngCounts = new(window, time);
        _youngBytes = new(window, time);
        _fullCounts = new(window * TrendWindows, time);
        _fullPauses = new(window, time);
        _fullLeft = new(window * 2, time);
        _fullTimes = new(window, time);
        _full = _fullAtStart = gc.Count(2);
        _young = gc.Count(0) - _full;
        var young = gc.Last(GCKind.Ephemeral);
        (_youngIndex, Limit) = (young.Index, young.Limit);
        _blockingIndex = gc.Last(GCKind.FullBlocking).Index;
        _backgroundIndex = gc.Last(GCKind.Background).Index;
    }

    /// <summary>The full collections that were counted.</summary>
    public int FullTotal => Volatile.Read(ref _full) - _fullAtStart;

    /// <summary>The full collections that were seen to end, and so have a pause.</summary>
    public int FullEnded { get; private set; }

    /// <summary>The bytes that the heap may have, as of the last collection.</summary>
    public long Limit { get; private set; }

    /// <summary>Counts what is new. Allocates nothing while nothing is.</summary>
    public void Observe()
    {
        lock (_lock)
            Observe_NeedsLock(isFull: false);
    }

    /// <summary>Counts what is new after a full collection has ended. One in the background is counted when it begins, and has a pause when it ends.</summary>
    public void ObserveFull()
    {
        lock (_lock)
            Observe_NeedsLock(isFull: true);
    }

    public GcFigures Figures()
    {
        lock (_lock)
        {
            var bytes = _youngBytes.Total(_window);
            var (before, recent) = (_fullCounts.Total(_window * 2, _window).Count, _fullCounts.Total(_window).Count);
            var pauses = _fullPauses.Total(_window);
            return new(
                _youngCounts.Total(_window).Count * 60 / _window.TotalSeconds,
                bytes.Count > 0 ? Math.Clamp(bytes.Value / bytes.Count, 0, 1) : 1,
                recent,
                before,
                pauses.Count > 0 ? TimeSpan.FromSeconds(pauses.Value / pauses.Count) : TimeSpan.Zero,
                _fullTimes.Total(_window).Count,
                recent > before && before > _fullCounts.Total(_window * TrendWindows, _window * 2).Count && LeavesMore_NeedsLock());
        }
    }

    private void Observe_NeedsLock(bool isFull)
    {
        var full = _gc.Count(2);
        // A full collection between the two readings looks young for once; the larger figure keeps it from being counted again.
        var young = _gc.Count(0) - full;
        if (young > _young)
        {
            _youngCounts.Add(young - _young);
            _young = young;
            ObserveYoung_NeedsLock(_gc.Last(GCKind.Ephemeral));
        }

        if (full == _full && !isFull && !OwesPause_NeedsLock())
            return;
        if (full > _full)
        {
            _fullCounts.Add(full - _full);
            _fullAt = _time.GetTimestamp();
        }

        Volatile.Write(ref _full, full);
        ObserveFull_NeedsLock(_gc.Last(GCKind.FullBlocking), ref _blockingIndex);
        ObserveFull_NeedsLock(_gc.Last(GCKind.Background), ref _backgroundIndex);
    }

    // Finalizers run while a collection in the background still sweeps, before its record is written. One that has none for a window never will.
    private bool OwesPause_NeedsLock() => FullEnded < FullTotal && _time.GetElapsedTime(_fullAt) < _window;

    private void ObserveYoung_NeedsLock(CollectionRecord record)
    {
        if (record.Index == _youngIndex)
            return;

        (_youngIndex, Limit) = (record.Index, record.Limit);
        _youngBytes.Add(record.Before, record.Before - record.Survived);
    }

    private void ObserveFull_NeedsLock(CollectionRecord record, ref long index)
    {
        if (record.Index == index)
            return;

        (index, Limit) = (record.Index, record.Limit);
        _fullPauses.Add(1, record.Pause.TotalSeconds);
        _fullLeft.Add(1, record.Left);
        FullEnded++;
        var now = _time.GetTimestamp();
        if (_hasFullTime && _time.GetElapsedTime(_fullTimeAt, now) < _apart)
            return;

        (_fullTimeAt, _hasFullTime) = (now, true);
        _fullTimes.Add(1);
    }

    private bool LeavesMore_NeedsLock()
    {
        var (before, recent) = (_fullLeft.Total(_window * 2, _window), _fullLeft.Total(_window));
        return before.Count > 0 && recent.Count > 0 && recent.Value / recent.Count > before.Value / before.Count * Growth;
    }
}
