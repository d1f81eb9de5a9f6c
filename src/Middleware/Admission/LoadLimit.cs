using CrashShield.Hosting.Admission;

namespace CrashShield.Middleware.Admission;

/// <summary>
/// How many requests may be on a thread of the pool or wait for one, while the processor is the bottleneck: as many as there are threads, and as many more as are served in the time that they may
/// wait (Little's law). A handler that awaits goes through the pool's queue several times, so the delay of one pass alone would let too many in. A request that waits for something else (its body,
/// its client, another service, a timer) is no load: it is in flight, but neither on a thread nor in the queue.
/// </summary>
internal sealed class LoadLimit(AdmissionOptions options)
{
    private const int MinServed = 20;

    /// <summary>In seconds.</summary>
    internal const double LongestBacklog = 60;

    // From that delay on what waits is no burst, and its number tells how long the next will wait; half of it is believed.
    private static readonly TimeSpan Contended = TimeSpan.FromMilliseconds(100);
    private const double Believed = 0.5;

    // Of the time constants of the averages: half a second for what is served, 50 ms for what waits elsewhere.
    private static readonly TimeSpan ServedOver = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan ElsewhereOver = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LeastWait = TimeSpan.FromMilliseconds(60);
    private static readonly TimeSpan MostWait = TimeSpan.FromSeconds(1);

    // The passes through the queue that the wait is meant for.
    private const int Passes = 3;

    // What has waited elsewhere before a calm that long says nothing of the load that ends it. What is served in a second is believed until there are answers: an overload that begins is seen by it before
    // anything waits for long.
    private static readonly TimeSpan LongCalm = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ForgottenAfter = TimeSpan.FromSeconds(10);

    private readonly QueueAhead _ahead = new();
    private int _limit = options.InitialLimit;
    private int _elsewhere;
    private double _servedPerSecond;
    private double _arrivedPerSecond;
    private double _elsewhereMean;
    private long _entered;
    private long _served;
    private long _servedInAll;
    private long _servedSinceCalm;
    private TimeSpan _calm = ForgottenAfter;

    /// <summary>How many may be on a thread or wait for one.</summary>
    public int Limit => Volatile.Read(ref _limit);

    /// <summary>How many of those in flight are neither.</summary>
    public int Elsewhere => Volatile.Read(ref _elsewhere);

    /// <summary>How long it would take to serve what waits for a thread.</summary>
    public TimeSpan Backlog { get; private set; }

    /// <summary>Called every few milliseconds by one thread.</summary>
    /// <param name="requests">What has been counted.</param>
    /// <param name="elapsed">Since the last call.</param>
    /// <param name="pool">The pool, while the processor is the bottleneck.</param>
    /// <param name="delay">How long work waits in its queue.</param>
    /// <param name="target">How long it may.</param>
    public void Tick(in RequestCounts requests, TimeSpan elapsed, PoolCounts? pool, TimeSpan delay, TimeSpan target)
    {
        var (entered, served, seconds) = (requests.Entered, requests.Served, elapsed.TotalSeconds);
        var (arrivedNow, servedNow) = (entered - _entered, served - _served);
        (_entered, _served) = (entered, served);
        Backlog = TimeSpan.Zero;
        if (pool is not { } counts || seconds <= 0)
        {
            _calm += elapsed;
            // Of those that waited elsewhere some have gone since.
            SetElsewhere(Math.Min(_elsewhereMean, requests.InFlight));
            return;
        }

        var begins = _calm >= LongCalm;
        GoOn();
        _arrivedPerSecond += Weight(elapsed, ServedOver) * ((arrivedNow / seconds) - _arrivedPerSecond);
        // The first average is over all that there is since the calm: the load may be another one.
        _servedPerSecond += Math.Max(Weight(elapsed, ServedOver), _servedSinceCalm < MinServed ? Math.Min(1, servedNow / (double)MinServed) : 0) * ((servedNow / seconds) - _servedPerSecond);
        (_servedInAll, _servedSinceCalm) = (_servedInAll + servedNow, _servedSinceCalm + servedNow);

        // Of what waits in the queue, some are requests that have not come here yet.
        var admitted = Math.Max(0, counts.Pending - (_arrivedPerSecond * delay.TotalSeconds));
        var inFlight = requests.InFlight;
        var elsewhere = Math.Max(0, inFlight - counts.Threads - admitted);
        SetElsewhere(begins ? elsewhere : _elsewhereMean + (Weight(elapsed, ElsewhereOver) * (elsewhere - _elsewhereMean)));

        if (_servedInAll >= MinServed && _servedPerSecond > 0)
            Backlog = TimeSpan.FromSeconds(Math.Min(Math.Max(0, inFlight - _elsewhereMean - counts.Threads) / _servedPerSecond, LongestBacklog));

        var ahead = Believed * _ahead.Of(counts, elapsed);
        if (delay >= Contended && ahead > Backlog)
            Backlog = ahead;

        var waiting = _servedInAll < MinServed ? options.InitialLimit : _servedPerSecond * Wait(target).TotalSeconds;
        Volatile.Write(ref _limit, counts.Threads + (int)Math.Clamp(waiting, options.MinLimit, options.MaxLimit));
    }

    private void GoOn()
    {
        if (_calm > TimeSpan.Zero)
            _ahead.PassOver();
        if (_calm >= LongCalm)
            _servedSinceCalm = 0;
        if (_calm >= ForgottenAfter)
        {
            (_arrivedPerSecond, _servedPerSecond, _servedInAll) = (0, 0, 0);
            _ahead.Forget();
        }

        _calm = TimeSpan.Zero;
    }

    private void SetElsewhere(double requests)
    {
        _elsewhereMean = requests;
        Volatile.Write(ref _elsewhere, (int)requests);
    }

    private static TimeSpan Wait(TimeSpan target)
    {
        var wait = Passes * target;
        return wait < LeastWait ? LeastWait : wait > MostWait ? MostWait : wait;
    }

    private static double Weight(TimeSpan elapsed, TimeSpan over) => Math.Min(1, elapsed / over);
}
