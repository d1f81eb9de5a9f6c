namespace CrashShield.Hosting.ThreadPools.Diagnosis;

/// <summary>
/// Whether the threads of the pool lack a processor or something else, by how many of them run or wait for one. The mean of some looks, as a thread blocks and runs many times a second.
/// </summary>
internal sealed class RunnableWorkers(IProcessorReadings readings, TimeProvider time)
{
    // Of the processors that there are threads for.
    private const double Few = 0.6;

    // So many for each processor use all of it that is to be had.
    private const double Enough = 2;
    private const double Half = 0.5;

    private const double Weight = 0.25;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(15);
    private static readonly TimeSpan Stale = TimeSpan.FromMilliseconds(500);

    private long _looked = long.MinValue;
    private double _runnable = double.NaN;
    private int _all;

    /// <summary>Whether it can be told.</summary>
    public bool IsKnown => !double.IsNaN(_runnable);

    /// <summary>Whether they wait for something else than a processor: too few could use one, or most of them do and the others could not use all.</summary>
    public bool AreBlocked => IsKnown
        && (_runnable < Few * Math.Min(readings.Processors, _all) || (_runnable < Enough * readings.Processors && _runnable < Half * _all));

    /// <summary>Looks again when it is time to.</summary>
    public void Look(long now)
    {
        var age = _looked == long.MinValue ? TimeSpan.MaxValue : time.GetElapsedTime(_looked, now);
        if (age < Interval)
            return;

        _looked = now;
        if (!readings.TryCountWorkers(out var runnable, out _all))
            _runnable = double.NaN;
        else
            _runnable = age > Stale || !IsKnown ? runnable : _runnable + (Weight * (runnable - _runnable));
    }
}
