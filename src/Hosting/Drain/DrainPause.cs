namespace CrashShield.Hosting.Drain;

/// <summary>Waits on its own thread, by the clock and without timers, which need the thread pool.</summary>
internal sealed class DrainPause(TimeProvider time)
{
    // How often the clock is looked at, which a test may turn.
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    // Waited on, which a Lock cannot be.
    private readonly object _lock = new();
    private bool _hasBegun;
    private bool _isHurried;
    private bool _isAbandoned;

    public void Begin() => Set(ref _hasBegun);

    /// <summary>Ends this wait and all further ones.</summary>
    public void Hurry() => Set(ref _isHurried);

    /// <summary>Nothing will begin any more.</summary>
    public void Abandon() => Set(ref _isAbandoned);

    /// <returns>False when it was abandoned.</returns>
    public bool WaitForBegin()
    {
        lock (_lock)
        {
            while (!_hasBegun && !_isAbandoned)
                Monitor.Wait(_lock);
            return _hasBegun;
        }
    }

    public void Wait(TimeSpan duration)
    {
        var start = time.GetTimestamp();
        lock (_lock)
        {
            while (!_isHurried && duration - time.GetElapsedTime(start) is var left && left > TimeSpan.Zero)
                Monitor.Wait(_lock, left < Look ? left : Look);
        }
    }

    private void Set(ref bool flag)
    {
        lock (_lock)
        {
            flag = true;
            Monitor.PulseAll(_lock);
        }
    }
}
