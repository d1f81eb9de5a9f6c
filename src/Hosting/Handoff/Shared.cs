namespace CrashShield.Hosting.Handoff;

/// <summary>
/// A resource that many requests use and that may be replaced meanwhile: a pool, a cache, a connection. Each takes a lease; a resource that was replaced is disposed of with its last one, never under a request.
/// </summary>
/// <typeparam name="T">The resource. It is disposed of when it is disposable, asynchronously if it can be.</typeparam>
public sealed class Shared<T> : IAsyncDisposable
    where T : class
{
    private SharedHolder<T> _holder;

    /// <summary>Shares a resource.</summary>
    /// <param name="value">The resource, which is disposed of here from now on.</param>
    public Shared(T value)
    {
        ArgumentNullException.ThrowIfNull(value);
        _holder = new(value);
    }

    /// <summary>Takes a lease on the resource as it is now. Dispose of it at the end of the request.</summary>
    /// <exception cref="ObjectDisposedException">This was disposed.</exception>
    public SharedLease<T> Lease()
    {
        while (true)
        {
            var holder = Volatile.Read(ref _holder);
            if (holder.TryTake())
                return new(holder);
            // Replaced between the two, or the end.
            ObjectDisposedException.ThrowIf(ReferenceEquals(holder, Volatile.Read(ref _holder)), this);
        }
    }

    /// <summary>Has new leases get another resource. The one before is disposed of with its last lease.</summary>
    /// <param name="value">The resource.</param>
    public ValueTask ReplaceAsync(T value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var holder = new SharedHolder<T>(value);
        var before = Interlocked.Exchange(ref _holder, holder);
        // After the end nobody would dispose of the new one.
        return before.IsRetired ? holder.RetireAsync() : before.RetireAsync();
    }

    /// <summary>Gives no more leases. The resource is disposed of with its last one.</summary>
    public async ValueTask DisposeAsync()
    {
        SharedHolder<T> holder;
        do
        {
            holder = Volatile.Read(ref _holder);
            await holder.RetireAsync().ConfigureAwait(false);
        }
        // Replaced between the two, by one that has not seen the end.
        while (!ReferenceEquals(holder, Volatile.Read(ref _holder)));
    }
}
