namespace CrashShield.Hosting.Handoff;

/// <summary>The use of a shared resource by one request. Disposing of it twice is the same as once.</summary>
/// <typeparam name="T">The resource.</typeparam>
public sealed class SharedLease<T> : IAsyncDisposable, IDisposable
    where T : class
{
    private SharedHolder<T>? _holder;

    internal SharedLease(SharedHolder<T> holder) => _holder = holder;

    /// <summary>The resource.</summary>
    /// <exception cref="ObjectDisposedException">The lease has ended.</exception>
    public T Value
    {
        get
        {
            var holder = Volatile.Read(ref _holder);
            ObjectDisposedException.ThrowIf(holder is null, this);
            return holder.Value;
        }
    }

    /// <summary>Ends the use, and disposes of a resource that was replaced when this was its last one.</summary>
    public ValueTask DisposeAsync() => Interlocked.Exchange(ref _holder, null)?.ReleaseAsync() ?? default;

    /// <summary>Ends the use. Where this was the last one of a resource that takes time to dispose of, that is waited for: prefer <see cref="DisposeAsync"/>.</summary>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();
}
