namespace CrashShield.Hosting.Scheduling;

/// <summary>Where a thread that has nothing to do waits to be given a job.</summary>
#pragma warning disable CA1001 // The event is left to the finalizer: whoever sets it may still be at it when the thread ends.
internal sealed class ScheduleThread
#pragma warning restore CA1001
{
    private readonly AutoResetEvent _given = new(false);
    private ScheduledJob? _job;

    /// <summary>Wakes the thread.</summary>
    /// <param name="job">What to run; <see langword="null"/> when it is to end.</param>
    public void Give(ScheduledJob? job)
    {
        _job = job;
        _given.Set();
    }

    /// <returns>What to run; <see langword="null"/> when the thread is to end.</returns>
    public ScheduledJob? Wait()
    {
        _given.WaitOne();
        return _job;
    }
}
