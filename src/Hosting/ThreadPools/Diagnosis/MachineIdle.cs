namespace CrashShield.Hosting.ThreadPools.Diagnosis;

/// <summary>
/// How much of the processors has idled of late, by whomever the rest is used. The kernel counts it in ticks of 10 ms, so it takes a tenth of a second to tell.
/// </summary>
internal sealed class MachineIdle(IProcessorReadings readings, TimeProvider time)
{
    /// <summary>The share is not known.</summary>
    public const double Unknown = double.NaN;

    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(100);

    private long _at;
    private long _idle;
    private long _all;
    private bool _hasRead;

    /// <summary>The share between the last two readings, 0 to 1, or <see cref="Unknown"/>.</summary>
    public double Share { get; private set; } = Unknown;

    /// <summary>The timestamp from which on <see cref="Share"/> is told.</summary>
    public long Since { get; private set; }

    /// <summary>Reads again when the last reading is old enough.</summary>
    /// <param name="now">The timestamp.</param>
    /// <param name="age">How old it has to be; at least a tenth of a second.</param>
    public void Read(long now, TimeSpan age)
    {
        if (_hasRead && time.GetElapsedTime(_at, now) < (age > Least ? age : Least))
            return;

        (Since, _at) = (_at, now);
        if (!readings.TryReadMachine(out var idle, out var all))
        {
            (_hasRead, Share) = (true, Unknown);
            (_idle, _all) = (0, 0);
            return;
        }

        if (_hasRead && all > _all && _all > 0)
            Share = Math.Clamp((idle - _idle) / (double)(all - _all), 0, 1);
        (_hasRead, _idle, _all) = (true, idle, all);
    }
}
