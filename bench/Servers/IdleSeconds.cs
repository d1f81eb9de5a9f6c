namespace CrashShield.Servers;

/// <summary>What a process allocates in each second in which it has nothing to do. Read by a thread of its own: neither a request nor the pool is between two readings.</summary>
internal static class IdleSeconds
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public static Task<long[]> ReadAsync(int seconds)
    {
        var read = new TaskCompletionSource<long[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() => Read(new long[seconds], read)) { IsBackground = true }.Start();
        return read.Task;
    }

    private static void Read(long[] bytes, TaskCompletionSource<long[]> read)
    {
        // What the request and the start of this thread allocate ends with it.
        Thread.Sleep(Second);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        for (var i = 0; i < bytes.Length; i++)
        {
            Thread.Sleep(Second);
            var now = GC.GetTotalAllocatedBytes(precise: true);
            (bytes[i], before) = (now - before, now);
        }

        read.SetResult(bytes);
    }
}
