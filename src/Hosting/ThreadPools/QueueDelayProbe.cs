namespace CrashShield.Hosting.ThreadPools;

/// <summary>
/// How long a work item waits for a thread of the pool: the queue that a request really stands in. One item is out at a time, put into the queue by a thread that is
/// none of the pool's; while it waits, its age is the delay.
/// </summary>
internal sealed class QueueDelayProbe(TimeProvider time) : IThreadPoolWorkItem
{
    private const int Idle = 0;
    private const int Queued = 1;

    private int _state;
    private long _queued;
    private long _lastDelay;
    private long _completed;

    /// <summary>The delay that was seen last, or that of the item that still waits.</summary>
    public TimeSpan Delay => Volatile.Read(ref _state) == Queued
        ? Max(time.GetElapsedTime(Volatile.Read(ref _queued)), Last)
        : Last;

    /// <summary>How many of its items the pool has completed.</summary>
    public long Completed => Volatile.Read(ref _completed);

    private TimeSpan Last => new(Volatile.Read(ref _lastDelay));

    /// <summary>Puts the next item into the queue, when the one before has run.</summary>
    /// <returns>The delay.</returns>
    public TimeSpan Tick()
    {
        if (Volatile.Read(ref _state) == Queued)
        {
            var age = time.GetElapsedTime(_queued);
            return age > Last ? age : Last;
        }

        var delay = Last;
        Volatile.Write(ref _queued, time.GetTimestamp());
        Volatile.Write(ref _state, Queued);
        // To the end of the queue that all threads share, as the server's own items go.
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        return delay;
    }

    void IThreadPoolWorkItem.Execute()
    {
        Volatile.Write(ref _lastDelay, time.GetElapsedTime(_queued).Ticks);
        Volatile.Write(ref _completed, _completed + 1);
        Volatile.Write(ref _state, Idle);
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
