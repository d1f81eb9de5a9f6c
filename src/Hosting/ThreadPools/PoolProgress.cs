namespace CrashShield.Hosting.ThreadPools;

/// <summary>
/// Whether the pool gets anywhere. A queue may be long and still move, which is an overload and no deadlock. Of a pool whose threads are all blocked a few items end all the same: it adds a thread once or twice
/// a second, and each looks after the timers before it takes an item that blocks it as well.
/// </summary>
internal sealed class PoolProgress(TimeProvider time, Func<long> completed, Func<int> threads)
{
    private const int PerNewThread = 10;

    // It is looked at once a second. Who has not looked for so long was stopped together with the pool.
    private static readonly TimeSpan Stopped = TimeSpan.FromSeconds(5);

    private const long Never = -1;

    private long _completed;
    private int _threads;
    private long _since = Never;
    private long _looked;

    public PoolProgress(TimeProvider time)
        : this(time, static () => ThreadPool.CompletedWorkItemCount, static () => ThreadPool.ThreadCount)
    {
    }

    /// <summary>For how long it has stood still. Looked at while items wait.</summary>
    public TimeSpan StandsStill()
    {
        var (endedNow, threadsNow) = (completed(), threads());
        var isStopped = _since != Never && time.GetElapsedTime(_looked) >= Stopped;
        _looked = time.GetTimestamp();
        if (_since == Never || isStopped || endedNow - _completed > PerNewThread * (1 + Math.Max(0, threadsNow - _threads)))
            Begin(endedNow, threadsNow);
        return time.GetElapsedTime(_since);
    }

    /// <summary>Nothing waits.</summary>
    public void Reset() => _since = Never;

    private void Begin(long ended, int count) => (_completed, _threads, _since) = (ended, count, time.GetTimestamp());
}
