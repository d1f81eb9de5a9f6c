using CrashShield.Hosting.Telemetry;

namespace CrashShield.Hosting.Leaks;

/// <summary>What the two ends of a channel know of each other, without holding each other.</summary>
internal sealed class ChannelWatch(LeakRegistry registry, LeakSite site)
{
    private int _waiting;
    private int _isWriterGone;
    private int _isReported;
    private long _waitsSince = registry.Time.GetTimestamp();
    private string? _traceId;

    public void BeginWait()
    {
        _waitsSince = registry.Time.GetTimestamp();
        _traceId = TraceContext.CurrentTraceId;
        // Each side writes its own mark, with a fence, before it reads the other's: one of them sees both.
        if (Interlocked.Increment(ref _waiting) > 0 && Volatile.Read(ref _isWriterGone) != 0)
            Report();
    }

    public void EndWait() => Interlocked.Decrement(ref _waiting);

    /// <summary>Called by the writer's finalizer.</summary>
    public void WriterGone()
    {
        Interlocked.Exchange(ref _isWriterGone, 1);
        if (Volatile.Read(ref _waiting) > 0)
            Report();
    }

    private void Report()
    {
        if (Interlocked.Exchange(ref _isReported, 1) == 0)
            registry.Found(new(LeakKind.OrphanedReader, site, registry.Time.GetElapsedTime(_waitsSince), _traceId));
    }
}
