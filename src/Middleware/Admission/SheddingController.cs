namespace CrashShield.Middleware.Admission;

/// <summary>
/// Whether the process is overloaded, and how large a share of the requests to refuse then. An overload begins when work has waited for 0.4 s (or the target, where that is longer) for a tenth of a second:
/// as long as clients wait anyway, a shorter queue is served, and most are bursts. From then on the queue is kept at the target, until for half a second nothing has had to be refused. The share comes from
/// a proportional-integral controller on the error against the target, ticked every 5 ms. The constants are the project's own measurements (a delay above 200 ms counts as 200 ms, so that
/// one long stall does not refuse everything for seconds).
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

    private static readonly TimeSpan LeastBegin = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan BeginInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan EndInterval = TimeSpan.FromMilliseconds(500);

    // A tick that comes later than that tells of a machine that stalled, not of a delay that lasted.
    private static readonly TimeSpan LongestTick = TimeSpan.FromMilliseconds(10);

    private TimeSpan _above;
    private TimeSpan _calm;
    private double _lastError;

    /// <summary>Whether there is an overload.</summary>
    public bool IsOverloaded { get; private set; }

    /// <summary>From 0 to <see cref="MaxShare"/>.</summary>
    public double Share { get; private set; }

    /// <summary>Takes a delay.</summary>
    /// <param name="delay">How long work waits for a thread.</param>
    /// <param name="backlog">How long it would take to serve the requests that were let in and wait for one.</param>
    /// <param name="target">How long work may wait.</param>
    /// <param name="elapsed">Since the last call.</param>
    public double Update(TimeSpan delay, TimeSpan backlog, TimeSpan target, TimeSpan elapsed)
    {
        var tick = elapsed < LongestTick ? elapsed : LongestTick;
        var wait = delay > backlog ? delay : backlog;
        _above = wait >= (target > LeastBegin ? target : LeastBegin) ? _above + tick : TimeSpan.Zero;
        var error = Error(delay, target);
        var change = error - _lastError;
        _lastError = error;
        if (!IsOverloaded && _above < BeginInterval)
            return 0;

        Share = Math.Clamp(Share + (Integral * error) + (Proportional * change), 0, MaxShare);
        // What is left of an overload is a burst now and then, which is no reason to begin anew.
        _calm = Share == 0 ? _calm + tick : _calm > tick ? _calm - tick : TimeSpan.Zero;
        IsOverloaded = _calm < EndInterval;
        if (!IsOverloaded)
            (_calm, _above) = (TimeSpan.Zero, TimeSpan.Zero);
        return Share;
    }

    private static double Error(TimeSpan delay, TimeSpan target)
    {
        // Twice the target where that is long: one near it would leave no error to act on.
        var most = Math.Max(LeastMaxDelayMs, 2 * target.TotalMilliseconds);
        return (Math.Min(delay.TotalMilliseconds, most) - target.TotalMilliseconds) * MeasuredTargetMs / target.TotalMilliseconds;
    }
}
