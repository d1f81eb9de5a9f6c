namespace CrashShield.Middleware.Admission;

/// <summary>
/// Whether the process is overloaded, and how large a share of the requests to refuse then. The share comes from a proportional-integral controller on the error of the delay against a
/// target. It was measured with ticks of 5 ms; a delay above 200 ms counts as 200 ms, so that one long stall does not refuse everything for seconds.
/// <para>
/// A queue of some tenths of a second is ordinary for a service near its capacity, and served in time. So an overload begins when work waits for 0.4 s and did not wait at all a second before, which only a
/// load far above the capacity brings about, or when it has waited for 0.8 s for a while. In the first case the queue is kept at the target; in the second it may be as long as 0.4 s, and the shorter the more has
/// to be refused.
/// </para>
/// </summary>
internal sealed class SheddingController
{
    private const double Integral = 0.000_4;
    private const double Proportional = 0.004;
    private const double LeastMaxDelayMs = 200;

    // The target and the tick that the constants were measured for; the error counts in parts of the one, the time in parts of the other.
    private const double MeasuredTargetMs = 20;
    private static readonly TimeSpan MeasuredTick = TimeSpan.FromMilliseconds(5);

    /// <summary>Some are always let in, or nothing would tell when it is over.</summary>
    public const double MaxShare = 0.98;

    // From this mean share on, of refused requests, the overload is a severe one.
    private const double Severe = 0.3;
    private const double Few = 0.05;
    private static readonly TimeSpan MeanOver = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Steep = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan SteepFor = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan SteepWithin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Long = TimeSpan.FromMilliseconds(800);
    private static readonly TimeSpan LongFor = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan MildTarget = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan EndInterval = TimeSpan.FromMilliseconds(500);

    // A tick that comes later than that tells of a machine that stalled, not of a delay that lasted.
    private static readonly TimeSpan LongestTick = TimeSpan.FromMilliseconds(25);

    private TimeSpan _steep;
    private TimeSpan _long;
    private TimeSpan _rising;
    private TimeSpan _calm;
    private double _mean;
    private double _lastError;

    /// <summary>Whether there is an overload.</summary>
    public bool IsOverloaded { get; private set; }

    /// <summary>From 0 to <see cref="MaxShare"/>.</summary>
    public double Share { get; private set; }

    /// <summary>Takes a delay.</summary>
    /// <param name="delay">How long work waits for a thread.</param>
    /// <param name="backlog">How long it would take to serve what waits for one.</param>
    /// <param name="target">How long work may wait in a severe overload.</param>
    /// <param name="refused">The share of the requests that was refused of late for the load.</param>
    /// <param name="elapsed">Since the last call.</param>
    public double Update(TimeSpan delay, TimeSpan backlog, TimeSpan target, double refused, TimeSpan elapsed)
    {
        var tick = elapsed < LongestTick ? elapsed : LongestTick;
        Begin(delay > backlog ? delay : backlog, target, tick);
        var error = Error(delay, Current(target));
        var change = error - _lastError;
        _lastError = error;
        if (!IsOverloaded)
        {
            _mean -= tick / MeanOver * _mean;
            return 0;
        }

        // While nothing waits the ticks are rarer, and have to take as much back. One that comes late because the processors are full is no reason to refuse more.
        var ticks = error < 0 ? tick / MeasuredTick : 1;
        Share = Math.Clamp(Share + (Integral * error * ticks) + (Proportional * change), 0, MaxShare);
        _mean += tick / MeanOver * (Math.Max(Share, refused) - _mean);
        // What is left of an overload is a burst now and then, which is no reason to begin anew. Where the limit alone refuses all that is too much, it lasts.
        _calm = Share == 0 && refused < Few ? _calm + tick : _calm > tick ? _calm - tick : TimeSpan.Zero;
        IsOverloaded = _calm < EndInterval;
        return Share;
    }

    /// <summary>How long work may wait now, by how severe the overload is.</summary>
    public TimeSpan Current(TimeSpan target) => target >= MildTarget ? target : target + ((MildTarget - target) * (1 - Math.Min(1, _mean / Severe)));

    private void Begin(TimeSpan wait, TimeSpan target, TimeSpan tick)
    {
        _rising = wait <= target ? TimeSpan.Zero : _rising + tick;
        _steep = wait >= Longer(Steep, target) ? _steep + tick : TimeSpan.Zero;
        _long = wait >= Longer(Long, target) ? _long + tick : TimeSpan.Zero;
        var isSteep = _steep >= SteepFor && _rising <= SteepWithin;
        if (!isSteep && (IsOverloaded || _long < LongFor))
            return;

        // In the middle of a mild one too: what was let in since would be waited for by all that come now.
        if (isSteep)
            _mean = Math.Max(_mean, Severe);
        IsOverloaded = true;
        (_steep, _long, _calm) = (TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero);
    }

    private static TimeSpan Longer(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static double Error(TimeSpan delay, TimeSpan target)
    {
        // Twice the target where that is long: one near it would leave no error to act on.
        var most = Math.Max(LeastMaxDelayMs, 2 * target.TotalMilliseconds);
        return (Math.Min(delay.TotalMilliseconds, most) - target.TotalMilliseconds) * MeasuredTargetMs / target.TotalMilliseconds;
    }
}
