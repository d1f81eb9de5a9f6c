namespace CrashShield.Hosting.Handoff;

/// <summary>A resource and how many use it: its owner counts as one.</summary>
internal sealed class SharedHolder<T>(T value)
    where T : class
{
    private int _uses = 1;
    private int _isRetired;

    public T Value => value;

    /// <summary>Whether its owner has given it up.</summary>
    public bool IsRetired => Volatile.Read(ref _isRetired) == 1;

    public bool TryTake()
    {
        for (var uses = Volatile.Read(ref _uses); uses > 0 && !IsRetired;)
        {
            var seen = Interlocked.CompareExchange(ref _uses, uses + 1, uses);
            if (seen == uses)
                return true;
            uses = seen;
        }

        return false;
    }

    /// <summary>The owner's use ends, once.</summary>
    public ValueTask RetireAsync() => Interlocked.Exchange(ref _isRetired, 1) == 0 ? ReleaseAsync() : default;

    public ValueTask ReleaseAsync()
    {
        if (Interlocked.Decrement(ref _uses) > 0)
            return default;
        if (value is IAsyncDisposable asynchronous)
            return asynchronous.DisposeAsync();
        (value as IDisposable)?.Dispose();
        return default;
    }
}
