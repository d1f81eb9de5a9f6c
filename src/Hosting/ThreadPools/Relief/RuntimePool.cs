namespace CrashShield.Hosting.ThreadPools.Relief;

/// <summary>The real one. The bounds of its threads for input and output stay as they are.</summary>
internal sealed class RuntimePool : IRuntimePool
{
    public int Count => ThreadPool.ThreadCount;

    public int? MostTried
    {
        get => RuntimeExploration.Most;
        set => RuntimeExploration.Most = value;
    }

    public int GetMinimum()
    {
        ThreadPool.GetMinThreads(out var threads, out _);
        return threads;
    }

    public bool SetMinimum(int threads)
    {
        ThreadPool.GetMinThreads(out _, out var io);
        return ThreadPool.SetMinThreads(threads, io);
    }

    public int GetMaximum()
    {
        ThreadPool.GetMaxThreads(out var threads, out _);
        return threads;
    }

    public bool SetMaximum(int threads)
    {
        ThreadPool.GetMaxThreads(out _, out var io);
        return ThreadPool.SetMaxThreads(threads, io);
    }
}
