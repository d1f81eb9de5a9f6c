namespace CrashShield.Hosting.Scheduling;

/// <summary>One piece of work that runs at times or when it is asked for, on a thread of <see cref="ShieldSchedule"/>. It never runs twice at once.</summary>
internal sealed class ScheduledJob(ShieldSchedule schedule, Action run)
{
    /// <summary>When it is not due at all.</summary>
    public const long Never = long.MaxValue;

    /// <summary>When it is due, as a timestamp. Asked for again before that, the earlier time counts. Needs the schedule's lock, as all below.</summary>
    public long Due { get; set; } = Never;

    /// <summary>When it was taken to be run; <see cref="Never"/> while it does not run.</summary>
    public long Taken { get; set; } = Never;

    public bool IsRunning => Taken != Never;

    /// <summary>Whether it is not to run any more.</summary>
    public bool IsRemoved { get; set; }

    /// <summary>Has it run as soon as a thread can: once more when it runs already. Never blocks for long.</summary>
    public void RunNow() => schedule.RunAfter(this, TimeSpan.Zero);

    /// <summary>Has it run after a while, or earlier where that was asked for already.</summary>
    public void RunAfter(TimeSpan delay) => schedule.RunAfter(this, delay);

    /// <summary>Has it not run again. Where it runs, it goes on.</summary>
    public void Remove() => schedule.Remove(this);

    /// <summary>Does the work. Must not throw: nobody would catch it, as on a thread of its own.</summary>
    public void Run() => run();
}
