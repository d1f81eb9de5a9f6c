namespace Shop;

/// <summary>Code of an application that blocks. It is in no namespace of CrashShield's, whose frames count as the framework's.</summary>
internal sealed class OrderStore
{
    private readonly object _lock = new();
    private readonly SemaphoreSlim _semaphore = new(0);
    private readonly TaskCompletionSource _completion = new();
    private readonly ManualResetEvent _event = new(false);

    public WaitHandle Done => _event;

    public void Sleep()
    {
        while (!_completion.Task.IsCompleted)
            Thread.Sleep(200);
    }

    public void Lock()
    {
        lock (_lock)
            GC.KeepAlive(this);
    }

    public void Semaphore() => _semaphore.Wait();

    public void Result() => LoadAsync().GetAwaiter().GetResult();

    public void Event() => ((Action)(() => _event.WaitOne()))();

    public void AsyncMethod() => _ = StartAsync();

    public void Local()
    {
        Load();

        void Load() => _event.WaitOne();
    }

    /// <summary>Runs while <see cref="Lock"/> blocks.</summary>
    public void WithLock(Action run)
    {
        lock (_lock)
            run();
    }

    public void Release()
    {
        _completion.TrySetResult();
        _semaphore.Release(1000);
        _event.Set();
    }

    private async Task LoadAsync() => await _completion.Task;

    private async Task StartAsync()
    {
        await Task.CompletedTask;
        _event.WaitOne();
    }
}
