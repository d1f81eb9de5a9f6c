namespace CrashShield.Hosting.Scheduling;

/// <summary>The jobs of a schedule and when they are due. They are few, so each is looked at. Not safe for threads; allocates only where a job is added.</summary>
internal sealed class JobList
{
    private readonly List<ScheduledJob> _jobs = [];

    /// <summary>Whether nothing is to be done, now or later. What runs may still ask for more.</summary>
    public bool IsDone => _jobs.TrueForAll(static job => job.Due == ScheduledJob.Never);

    public void Add(ScheduledJob job) => _jobs.Add(job);

    public void Remove(ScheduledJob job)
    {
        job.IsRemoved = true;
        job.Clear();
        _jobs.Remove(job);
    }

    /// <summary>Takes the job that has been due for longest and does not run; else one that may run earlier than it is due.</summary>
    /// <returns>Null when there is none.</returns>
    public ScheduledJob? TakeDue(long now)
    {
        ScheduledJob? first = null;
        foreach (var job in _jobs)
        {
            if (job.Due - job.Slack <= now && !job.IsRunning && (first is null || job.Due < first.Due))
                first = job;
        }

        if (first is null)
            return null;

        first.Clear();
        first.Taken = now;
        return first;
    }

    /// <summary>When the next job is due that does not run; <see cref="ScheduledJob.Never"/> when none is.</summary>
    public long NextDue()
    {
        var next = ScheduledJob.Never;
        foreach (var job in _jobs)
        {
            if (!job.IsRunning)
                next = Math.Min(next, job.Due);
        }

        return next;
    }

    /// <summary>When the latest of the jobs that run was taken; 0 when none runs.</summary>
    public long LatestTaken()
    {
        var latest = 0L;
        foreach (var job in _jobs)
        {
            if (job.IsRunning)
                latest = Math.Max(latest, job.Taken);
        }

        return latest;
    }
}
