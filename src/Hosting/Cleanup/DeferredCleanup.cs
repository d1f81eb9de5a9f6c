namespace CrashShield.Hosting.Cleanup;

/// <summary>A callback with its argument. The invoker, one per type of argument, knows both types, so that an entry needs no object of its own.</summary>
internal readonly struct DeferredCleanup
{
    private readonly Delegate _callback;
    private readonly object? _argument;
    private readonly Func<Delegate, object?, ValueTask> _invoke;
    private readonly bool _mayWait;

    private DeferredCleanup(Delegate callback, object? argument, Func<Delegate, object?, ValueTask> invoke, bool mayWait) =>
        (_callback, _argument, _invoke, _mayWait) = (callback, argument, invoke, mayWait);

    public static DeferredCleanup Of(Action cleanup) => new(cleanup, null, static (callback, _) =>
    {
        ((Action)callback)();
        return default;
    }, mayWait: false);

    public static DeferredCleanup Of<T>(T argument, Action<T> cleanup) => new(cleanup, argument, static (callback, argument) =>
    {
        ((Action<T>)callback)((T)argument!);
        return default;
    }, mayWait: false);

    public static DeferredCleanup Of(Func<ValueTask> cleanup) =>
        new(cleanup, null, static (callback, _) => ((Func<ValueTask>)callback)(), mayWait: true);

    public static DeferredCleanup Of<T>(T argument, Func<T, ValueTask> cleanup) =>
        new(cleanup, argument, static (callback, argument) => ((Func<T, ValueTask>)callback)((T)argument!), mayWait: true);

    public ValueTask RunAsync() => _invoke(_callback, _argument);

    /// <summary>Runs to the end on this thread, which waits if it must.</summary>
    public void Run()
    {
        if (_mayWait)
            WaitOnPool();
        else
            RunAsync().AsTask().GetAwaiter().GetResult();
    }

    // Elsewhere, because a clean-up that awaits must not need the very context that this thread blocks.
    private void WaitOnPool() => Task.Factory
        .StartNew(
            static cleanup => ((DeferredCleanup)cleanup!).RunAsync().AsTask(),
            this, CancellationToken.None, TaskCreationOptions.DenyChildAttach, TaskScheduler.Default)
        .Unwrap().GetAwaiter().GetResult();
}
