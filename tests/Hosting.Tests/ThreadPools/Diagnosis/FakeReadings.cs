using CrashShield.Hosting.ThreadPools.Diagnosis;

namespace CrashShield.Hosting.Tests.ThreadPools.Diagnosis;

/// <summary>A machine whose counters a test moves.</summary>
internal sealed class FakeReadings : IProcessorReadings
{
    public double Processors { get; set; } = 2;

    public TimeSpan Used { get; set; }

    public TimeSpan Paused { get; set; }

    public TimeSpan Compiled { get; set; }

    /// <summary>Idle and all ticks of the machine; none when it cannot be read.</summary>
    public (double Idle, double All)? Machine { get; set; } = (0, 1);

    public long? Throttled { get; set; }

    /// <summary>The threads of the pool that run or could, and all.</summary>
    public (int Runnable, int All)? Workers { get; set; }

    public bool TryReadMachine(out long idle, out long all)
    {
        (idle, all) = ((long)(Machine?.Idle ?? 0), (long)(Machine?.All ?? 0));
        return Machine is not null;
    }

    public bool TryReadThrottled(out long periods)
    {
        periods = Throttled ?? 0;
        return Throttled is not null;
    }

    public bool TryCountWorkers(out int runnable, out int all)
    {
        (runnable, all) = Workers ?? (0, 0);
        return Workers is not null;
    }

    public void Refresh()
    {
    }
}
