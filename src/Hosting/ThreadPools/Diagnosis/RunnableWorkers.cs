namespace CrashShield.Hosting.ThreadPools.Diagnosis;

/// <summary>The mean of how many threads of the pool run or wait for a processor. One look says little: a thread blocks and runs many times a second.</summary>
internal sealed class RunnableWorkers(IProcessorReadings readings, TimeProvider time)
{
    private const double Weight = 0.25;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(15);
    private static readonly TimeSpan Stale = TimeSpan.FromMilliseconds(500);

    private long _looked = long.MinValue;

    /// <summary>The mean of the last looks; not a number where it cannot be told.</summary>
    public double Mean { get; private set; } = double.NaN;

    /// <summary>Looks again when it is time to.</summary>
    public void Look(long now)
    {
        var age = _looked == long.MinValue ? TimeSpan.MaxValue : time.GetElapsedTime(_looked, now);
        if (age < Interval)
            return;

        _looked = now;
        if (!readings.TryCountRunnable(out var runnable))
            Mean = double.NaN;
        else
            Mean = age > Stale || double.IsNaN(Mean) ? runnable : Mean + (Weight * (runnable - Mean));
    }
}
