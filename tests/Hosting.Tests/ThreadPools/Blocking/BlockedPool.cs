using CrashShield.Hosting.Tests.Supervision;
using CrashShield.Hosting.ThreadPools.Blocking;
using Shop;

namespace CrashShield.Hosting.Tests.ThreadPools.Blocking;

/// <summary>Some threads of the real pool that wait in the application's code.</summary>
internal sealed class BlockedPool : IDisposable
{
    private readonly OrderStore _store = new();
    private readonly CountdownEvent _ended;
    private int _begun;

    private BlockedPool(int threads) => _ended = new(threads);

    public static async Task<BlockingSample> Sample(int threads, Action<OrderStore> block)
    {
        using var pool = new BlockedPool(threads);
        ThreadPool.GetMinThreads(out var workers, out var io);
        ThreadPool.SetMinThreads(Environment.ProcessorCount + threads + 4, io);
        try
        {
            var sample = new TaskCompletionSource<BlockingSample>(TaskCreationOptions.RunContinuationsAsynchronously);
            new Thread(() => pool._store.WithLock(() => sample.SetResult(pool.Take(threads, block)))) { IsBackground = true }.Start();
            return await sample.Task.Within();
        }
        finally
        {
            ThreadPool.SetMinThreads(workers, io);
        }
    }

    public void Dispose()
    {
        _store.Release();
        _ended.Wait();
        _ended.Dispose();
    }

    private BlockingSample Take(int threads, Action<OrderStore> block)
    {
        for (var i = 0; i < threads; i++)
            ThreadPool.UnsafeQueueUserWorkItem(Run, block, preferLocal: false);
        SpinWait.SpinUntil(() => Volatile.Read(ref _begun) == threads);
        // From the first line of the method to its wait.
        Thread.Sleep(100);
        using var stop = new ManualResetEvent(false);
        return new BlockingSampler(TimeProvider.System).Take(stop);
    }

    private void Run(Action<OrderStore> block)
    {
        Interlocked.Increment(ref _begun);
        block(_store);
        _ended.Signal();
    }
}
