namespace CrashShield.Middleware.Admission;

/// <summary>
/// How large a share of the requests to refuse, from how long work waits for the pool: a proportional-integral controller on the error against the
/// target, ticked every 5 ms. The constants are the project's own measurements (a delay above 200 ms counts as 200 ms, so that
/// one long stall does not refuse everything for seconds). As in CoDel (RFC 8289), a delay has to last for an interval before anything is done about it: one
/// stall, by the collector or the machine, is no overload.
/// </summary>
internal sealed class SheddingController(TimeSpan target)
{
    private const double Integral = 0.000_4;
    private const double Proportional = 0.004;
    private const double LeastMaxDelayMs = 200;

    /// <summary>Some are always let in, or nothing would tell when it is over.</summary>
    public const double MaxShare = 0.98;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    // A tick that comes later than that tells of a machine that stalled, not of a delay that lasted.
    private static readonly TimeSpan LongestTick = TimeSpan.FromMilliseconds(10);

    // A target near it would leave no error to act on.
    private readonly double _maxDelayMs = Math.Max(LeastMaxDelayMs, 2 * target.TotalMilliseconds);
    private TimeSpan _above;
    private double _lastError = -target.TotalMilliseconds;

    /// <summary>From 0 to <see cref="MaxShare"/>.</summary>
    public double Share { get; private set; }

    /// <summary>Takes a delay.</summary>
    /// <param name="delay">How long work waits.</param>
    /// <param name="elapsed">Since the last call.</param>
    public double Update(TimeSpan delay, TimeSpan elapsed)
    {
        _above = delay > target ? _above + (elapsed < LongestTick ? elapsed : LongestTick) : TimeSpan.Zero;
        if (Share == 0 && _above < Interval)
            return 0;

        var error = Math.Min(delay.TotalMilliseconds, _maxDelayMs) - target.TotalMilliseconds;
        Share = Math.Clamp(Share + (Integral * error) + (Proportional * (error - _lastError)), 0, MaxShare);
        _lastError = error;
        return Share;
    }
}
