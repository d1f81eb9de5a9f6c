namespace CrashShield.Hosting.Scheduling;

/// <summary>
/// Runs all that CrashShield has to do at times, on three threads that are started together: when there is something to do there may be no thread left to start. One of them leads: it
/// waits until a job is due, and gives it to one of the two others. Where both hang it starts a further one; where none can be started it runs the job itself, and whichever thread ends
/// its job first leads next. So two jobs that hang hold up nobody, and any number where threads can be started. Not timers: those need the thread pool, which may be what is in trouble.
/// </summary>
internal sealed class ShieldSchedule : IDisposable
{
    /// <summary>How many threads wait for work beside the one that leads.</summary>
    public const int Workers = 2;

    // Jobs that take longer now and then (a database's health check, a snapshot) are no reason for a further thread.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly Lock _lock = new();
    private readonly AutoResetEvent _wake = new(false);
    private readonly JobList _jobs = new();
    private readonly Stack<ScheduleThread> _idle = new();
    private readonly ThreadStarter _threads;
    private long _leaderWakes;
    private bool _isStarted;
    private bool _hasLeader;
    private bool _isDisposed;

    public ShieldSchedule()
        : this(ThreadStarter.TryStart)
    {
    }

    internal ShieldSchedule(Func<ThreadStart, string, bool> start) => _threads = new(start);

    private static long Now => TimeProvider.System.GetTimestamp();

    /// <summary>Adds a job, which is not due yet. The first one starts the threads.</summary>
    /// <exception cref="InvalidOperationException">They cannot be started.</exception>
    public ScheduledJob Add(Action run)
    {
        var job = new ScheduledJob(this, run);
        lock (_lock)
        {
            if (!_isStarted)
                Start_NeedsLock();
            _jobs.Add(job);
        }

        return job;
    }

    /// <summary>Ends the threads once nothing is due any more: what has been asked for is still done.</summary>
    public void Dispose()
    {
        lock (_lock)
            _isDisposed = true;
        _wake.Set();
    }

    internal void RunAfter(ScheduledJob job, TimeSpan delay, TimeSpan slack)
    {
        lock (_lock)
        {
            if (job.IsRemoved)
                return;
            job.AskFor(Now + Ticks(delay), Ticks(slack));
            WakeFor_NeedsLock(job);
        }
    }

    internal void Remove(ScheduledJob job)
    {
        lock (_lock)
            _jobs.Remove(job);
        // It may be the last that a schedule which was disposed of waits for.
        _wake.Set();
    }

    private static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * TimeProvider.System.TimestampFrequency);

    // Whole milliseconds, which is what a wait is cut to.
    private static TimeSpan Time(long ticks) => TimeSpan.FromMilliseconds(Math.Ceiling(1000.0 * ticks / TimeProvider.System.TimestampFrequency));

    private void Start_NeedsLock()
    {
        if (!_threads.TryStartLeader(() => Work(new(), Lead())))
            throw new InvalidOperationException("CrashShield cannot start the threads of its monitors: the process may have no more.");

        _isStarted = _hasLeader = true;
        // Where there is no room for these the leader does their work.
        while (_idle.Count < Workers)
        {
            var self = new ScheduleThread();
            if (!_threads.TryStartWorker(() => Work(self, self.Wait())))
                return;
            _idle.Push(self);
        }
    }

    private void Work(ScheduleThread self, ScheduledJob? first)
    {
        var clean = ExecutionContext.Capture()!;
        for (var job = first; job is not null; job = Next(self, job))
        {
            job.Run();
            // What a job does to its context (the current activity, the culture) does not flow on to the next one.
            ExecutionContext.Restore(clean);
        }
    }

    // What a thread runs next; null when it is to end.
    private ScheduledJob? Next(ScheduleThread self, ScheduledJob ended)
    {
        bool leads;
        lock (_lock)
        {
            ended.Taken = ScheduledJob.Never;
            leads = !_hasLeader;
            if (!leads)
            {
                WakeFor_NeedsLock(ended);
                if (_jobs.TakeDue(Now) is { } due)
                    return due;
                if (_idle.Count >= Workers)
                    return null;
                _idle.Push(self);
            }

            _hasLeader = true;
        }

        return leads ? Lead() : self.Wait();
    }

    // The leader knows what was due when it began to wait. A job that runs is looked at when it has ended.
    private void WakeFor_NeedsLock(ScheduledJob job)
    {
        if (!job.IsRunning && job.Due < _leaderWakes)
            _wake.Set();
    }

    // What the leader has to run itself, after which it leads no more; null when it is to end.
    private ScheduledJob? Lead()
    {
        while (true)
        {
            ScheduledJob? own;
            TimeSpan wait;
            lock (_lock)
            {
                own = Give_NeedsLock(out wait);
                if (own is null && IsOver_NeedsLock())
                    return null;
            }

            if (own is null)
                _wake.WaitOne(wait);
            else if (!TryStartFor(own) && !TryGive(own))
                return own;
        }
    }

    // Gives idle threads what is due. What is due after that is the leader's own, once it is plain that those at work do not come back soon.
    private ScheduledJob? Give_NeedsLock(out TimeSpan wait)
    {
        var now = Now;
        while (_idle.Count > 0 && _jobs.TakeDue(now) is { } due)
            _idle.Pop().Give(due);

        var next = _jobs.NextDue();
        if (next <= now)
            next = _jobs.LatestTaken() + Ticks(Patience);
        wait = next - now < Ticks(LongestWait) ? Time(Math.Max(0, next - now)) : LongestWait;
        _leaderWakes = now + Ticks(wait);
        return next <= now ? _jobs.TakeDue(now) : null;
    }

    private bool IsOver_NeedsLock()
    {
        if (!_isDisposed || !_jobs.IsDone)
            return false;

        while (_idle.TryPop(out var thread))
            thread.Give(null);
        // A job that still runs may ask for more: its thread leads then.
        _hasLeader = false;
        return true;
    }

    // Out of line: the lambda would be allocated for with each look.
    private bool TryStartFor(ScheduledJob job) => _threads.TryStartWorker(() => Work(new(), job));

    // A thread may have become free meanwhile.
    private bool TryGive(ScheduledJob job)
    {
        lock (_lock)
        {
            _hasLeader = _idle.TryPop(out var thread);
            thread?.Give(job);
            return _hasLeader;
        }
    }
}
