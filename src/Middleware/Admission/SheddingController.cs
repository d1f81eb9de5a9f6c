namespace CrashShield.Middleware.Admission;

/// <summary>
/// How large a share of the requests to refuse, from how long work waits for the pool: a proportional-integral controller on the error against the
/// target, ticked every 5 ms. The constants are the project's own measurements (a delay above 200 ms counts as 200 ms, so that
/// one long stall does not refuse everything for seconds). As in CoDel (RFC 8289), a delay has to last before anything is done about it: a tenth of a second where it is ten times the target,
/// which an overload brings at once, and a second where it is not: that is a burst, of which all are served in time.
/// </summary>
internal sealed class SheddingController
{
    private const double Integral = 0.000_4;
    private const double Proportional = 0.004;
    private const double LeastMaxDelayMs = 200;

    // The target that the constants were measured for; the error counts in parts of it.
    private const double MeasuredTargetMs = 20;

    /// <summary>Some are always let in, or nothing would tell when it is over.</summary>
    public const double MaxShare = 0.98;

    private static readonly TimeSpan FarInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // A tick that comes later than that tells of a machine that stalled, not of a delay that lasted.
    private static readonly TimeSpan LongestTick = TimeSpan.FromMilliseconds(10);

    private TimeSpan _above;
    private TimeSpan _farAbove;
    private double _lastError;

    /// <summary>From 0 to <see cref="MaxShare"/>.</summary>
    public double Share { get; private set; }

    /// <summary>Takes a delay.</summary>
    /// <param name="delay">How long work waits.</param>
    /// <param name="target">How long it may.</param>
    /// <param name="elapsed">Since the last call.</param>
    public double Update(TimeSpan delay, TimeSpan target, TimeSpan elapsed)
    {
        // Twice the target where that is long: one near it would leave no error to act on.
        var far = Math.Max(LeastMaxDelayMs, 2 * target.TotalMilliseconds);
        var tick = elapsed < LongestTick ? elapsed : LongestTick;
        _above = delay > target ? _above + tick : TimeSpan.Zero;
        _farAbove = delay.TotalMilliseconds >= far ? _farAbove + tick : TimeSpan.Zero;
        var error = (Math.Min(delay.TotalMilliseconds, far) - target.TotalMilliseconds) * MeasuredTargetMs / target.TotalMilliseconds;
        var change = error - _lastError;
        _lastError = error;
        if (Share == 0 && _above < Interval && _farAbove < FarInterval)
            return 0;

        Share = Math.Clamp(Share + (Integral * error) + (Proportional * change), 0, MaxShare);
        return Share;
    }
}
