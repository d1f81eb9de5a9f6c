namespace CrashShield.Hosting.ThreadPools.Diagnosis;

/// <summary>Whether a processor quota has stopped the process of late.</summary>
internal sealed class Throttling(IProcessorReadings readings, TimeProvider time)
{
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(20);

    // Three periods of the kernel's default: one that is used up now and then tells of bursts, and of each burst soon.
    private static readonly TimeSpan Recent = TimeSpan.FromMilliseconds(300);
    private const long Never = long.MinValue;

    private long _read = Never;
    private long _periods = Never;
    private long _last = Never;

    /// <summary>Reads again when the last reading is old enough.</summary>
    public bool IsRecent(long now)
    {
        if (_read == Never || time.GetElapsedTime(_read, now) >= Least)
            Read(now);
        return _last != Never && time.GetElapsedTime(_last, now) < Recent;
    }

    private void Read(long now)
    {
        _read = now;
        if (!readings.TryReadThrottled(out var periods))
            return;
        if (_periods != Never && periods > _periods)
            _last = now;
        _periods = periods;
    }
}
