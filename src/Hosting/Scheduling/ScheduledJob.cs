namespace CrashShield.Hosting.Scheduling;

/// <summary>One piece of work that runs at times or when it is asked for, on a thread of <see cref="ShieldSchedule"/>. It never runs twice at once.</summary>
internal sealed class ScheduledJob(ShieldSchedule schedule, Action run)
{
    /// <summary>When it is not due at all.</summary>
    public const long Never = long.MaxValue;

    private static readonly TimeSpan MostEarly = TimeSpan.FromMilliseconds(250);

    /// <summary>When it is due, as a timestamp. Asked for again before that, the earlier time counts. Needs the schedule's lock, as all below.</summary>
    public long Due { get; private set; } = Never;

    /// <summary>How much earlier than that it may run, in the ticks of timestamps.</summary>
    public long Slack { get; private set; }

    /// <summary>When it was taken to be run; <see cref="Never"/> while it does not run.</summary>
    public long Taken { get; set; } = Never;

    public bool IsRunning => Taken != Never;

    /// <summary>Whether it is not to run any more.</summary>
    public bool IsRemoved { get; set; }

    /// <summary>Has it run as soon as a thread can: once more when it runs already. Never blocks for long.</summary>
    public void RunNow() => schedule.RunAfter(this, TimeSpan.Zero, TimeSpan.Zero);

    /// <summary>Has it run after a while, or earlier where that was asked for already.</summary>
    public void RunAfter(TimeSpan delay) => schedule.RunAfter(this, delay, TimeSpan.Zero);

    /// <summary>
    /// Has it run after a while, or up to a quarter of that, and 250 ms at most, earlier where a thread is awake for another job then: what a tick costs is mostly that its threads are woken, so that
    /// jobs which come again and again fall into step.
    /// </summary>
    public void RunAbout(TimeSpan delay) => schedule.RunAfter(this, delay, delay / 4 < MostEarly ? delay / 4 : MostEarly);

    /// <summary>Has it not run again. Where it runs, it goes on.</summary>
    public void Remove() => schedule.Remove(this);

    /// <summary>Has it due at a time, or earlier where it is due earlier already. Needs the schedule's lock.</summary>
    public void AskFor(long due, long slack)
    {
        if (due < Due)
            (Due, Slack) = (due, slack);
    }

    /// <summary>Has it due no more. Needs the schedule's lock.</summary>
    public void Clear() => (Due, Slack) = (Never, 0);

    /// <summary>Does the work. Must not throw: nobody would catch it, as on a thread of its own.</summary>
    public void Run() => run();
}
