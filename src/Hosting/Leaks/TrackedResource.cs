namespace CrashShield.Hosting.Leaks;

/// <summary>A field of a resource's: it is disposed with it, or collected with it and then reports. It never frees anything.</summary>
internal sealed class TrackedResource(LeakRegistry registry, TrackedItem item) : IDisposable
{
    private bool _isDisposed;

    ~TrackedResource() => registry.Collected(item);

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        if (!Interlocked.Exchange(ref _isDisposed, true))
            item.Site.Remove(item);
    }
}
