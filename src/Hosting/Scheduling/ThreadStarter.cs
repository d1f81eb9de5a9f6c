namespace CrashShield.Hosting.Scheduling;

/// <summary>Starts the threads of a schedule, as far as the process may have more. Called by one thread at a time.</summary>
/// <param name="start">Starts a thread of some name; false when the process may have no more.</param>
internal sealed class ThreadStarter(Func<ThreadStart, string, bool> start)
{
    // What refuses a thread, pids.max or memory, does so for a while, and each attempt costs.
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private long? _refused;

    /// <summary>How many workers have been started.</summary>
    public int Workers { get; private set; }

    public bool TryStartLeader(ThreadStart run) => start(run, "shield schedule");

    public bool TryStartWorker(ThreadStart run)
    {
        if (_refused is { } refused && TimeProvider.System.GetElapsedTime(refused) < RetryAfter)
            return false;

        var isStarted = start(run, $"shield worker {Workers + 1}");
        _refused = isStarted ? null : TimeProvider.System.GetTimestamp();
        if (isStarted)
            Workers++;
        return isStarted;
    }

    public static bool TryStart(ThreadStart run, string name)
    {
        try
        {
            // The context of whoever starts it is none of the jobs'.
            new Thread(run) { IsBackground = true, Name = name }.UnsafeStart();
            return true;
        }
        catch (OutOfMemoryException)
        {
            return false;
        }
    }
}
