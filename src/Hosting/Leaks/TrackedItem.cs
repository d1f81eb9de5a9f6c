namespace CrashShield.Hosting.Leaks;

/// <summary>What is known of one tracked thing. It holds nothing of the thing itself, so that the registry keeps none alive.</summary>
internal sealed class TrackedItem(LeakSite site, long started, string? traceId, string? stack)
{
    public LeakSite Site => site;

    public long Started => started;

    public string? TraceId => traceId;

    public string? Stack => stack;

    /// <summary>Whether it was reported as stuck. Of the monitor's thread alone.</summary>
    public bool IsStuck { get; set; }

    /// <summary>Whether it has left the site's list; under its lock. A finalizer of the owner's may dispose of what was found already.</summary>
    public bool IsRemoved { get; set; }

    // The links of the site's list, under its lock.
    public TrackedItem? Older { get; set; }

    public TrackedItem? Younger { get; set; }

    public LeakFinding Found(TimeProvider time, LeakKind kind) => new(kind, site, time.GetElapsedTime(started), traceId, stack);
}
