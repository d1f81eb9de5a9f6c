namespace CrashShield.Middleware.Admission;

/// <summary>
/// How long what joins the pool's queue now is likely to wait: what is in it, at the rate of late. The age of what waits longest tells of an overload only once that much time has gone by, and by then three
/// times as much stands in the queue.
/// </summary>
internal sealed class QueueAhead
{
    private static readonly TimeSpan Over = TimeSpan.FromMilliseconds(500);

    private long _completed;
    private double _perSecond;
    private TimeSpan _seen;
    private bool _isPassedOver;

    /// <summary>Nothing has waited for a while: what was completed meanwhile tells no rate.</summary>
    public void PassOver() => _isPassedOver = true;

    /// <summary>What it knows is of another load.</summary>
    public void Forget() => (_perSecond, _seen) = (0, TimeSpan.Zero);

    /// <summary>Called every few milliseconds by one thread, while work waits.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="elapsed">Since the last call.</param>
    /// <returns>Zero as long as the rate is not known.</returns>
    public TimeSpan Of(in PoolCounts pool, TimeSpan elapsed)
    {
        var now = (pool.Completed - _completed) / elapsed.TotalSeconds;
        _completed = pool.Completed;
        // The first count is since the start of the process, or the calm.
        if (_seen > TimeSpan.Zero && !_isPassedOver)
            _perSecond += Math.Min(1, elapsed / (_seen < Over ? _seen : Over)) * (now - _perSecond);
        (_seen, _isPassedOver) = (_seen + elapsed, false);
        return _seen < Over || _perSecond <= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Min(pool.Pending / _perSecond, LoadLimit.LongestBacklog));
    }
}
