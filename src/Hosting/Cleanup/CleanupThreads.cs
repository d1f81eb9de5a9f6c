namespace CrashShield.Hosting.Cleanup;

/// <summary>
/// The threads of one run. Not the pool's: that adds one or two threads a second once all of its own are blocked, and until then neither a
/// step nor a timer runs, so that a few steps that block would hold up the others and their own bounds. One worker runs the steps as they
/// become due, which costs a chain of quick ones no change of threads; while steps wait longer than a tick, the workers are doubled.
/// </summary>
/// <param name="onTick">Called at each tick on a thread that runs no step.</param>
internal sealed class CleanupThreads(Action onTick)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(5);

    private const int MaxSpins = 30;

    // Two monitors, so that the next step in a row does not wake the watch, which waits for the end alone.
    private readonly object _due = new();
    private readonly object _end = new();
    private readonly Queue<CleanupStepRun> _waiting = new();
    private int _waitingCount;
    private int _workers = 1;
    private bool _hasEnded;

    public void Start()
    {
        StartThread(Work);
        StartThread(Watch);
    }

    public void Queue(CleanupStepRun step)
    {
        lock (_due)
        {
            _waiting.Enqueue(step);
            _waitingCount = _waiting.Count;
            Monitor.Pulse(_due);
        }
    }

    /// <summary>Lets the threads go, except those that a step still blocks.</summary>
    public void End()
    {
        Volatile.Write(ref _hasEnded, true);
        lock (_due)
            Monitor.PulseAll(_due);
        lock (_end)
            Monitor.PulseAll(_end);
    }

    // In the background: a step that was given up must not keep the process.
    private static void StartThread(ThreadStart work) => new Thread(work) { IsBackground = true, Name = "CrashShield clean-up" }.Start();

    private void Work()
    {
        // A step that was given up and fails later faults this task, which makes it an unobserved failure and has it reported as one.
        while (Next() is { } step)
            _ = step.RunAsync();
    }

    private CleanupStepRun? Next()
    {
        // Most asynchronous steps of a chain end soon, or much later: a short spin saves the former two changes of threads.
        var spin = default(SpinWait);
        while (Volatile.Read(ref _waitingCount) == 0 && spin.Count < MaxSpins && !Volatile.Read(ref _hasEnded))
            spin.SpinOnce(sleep1Threshold: -1);

        lock (_due)
        {
            CleanupStepRun? step;
            while (!_waiting.TryDequeue(out step) && !Volatile.Read(ref _hasEnded))
                Monitor.Wait(_due);
            _waitingCount = _waiting.Count;
            return step;
        }
    }

    private void Watch()
    {
        while (!EndsWithinTick())
        {
            onTick();
            for (var missing = Missing(); missing > 0; missing--)
                StartThread(Work);
        }
    }

    private bool EndsWithinTick()
    {
        lock (_end)
            return Volatile.Read(ref _hasEnded) || (Monitor.Wait(_end, Tick) && Volatile.Read(ref _hasEnded));
    }

    private int Missing()
    {
        lock (_due)
        {
            var missing = Math.Min(_waiting.Count, _workers);
            _workers += missing;
            return missing;
        }
    }
}
