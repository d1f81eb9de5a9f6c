using CrashShield.Hosting;
using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.ThreadPools;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace CrashShield.Middleware.Admission;

/// <summary>
/// Decides who is served. While all is well a request costs one count at its beginning and one at its end, and a few reads. The rest is
/// computed every few milliseconds on the thread that measures the pool's queue.
/// </summary>
internal sealed class AdmissionController
{
    // Waiting that long on average tells of a contended processor.
    private const double ContendedMs = 5;
    private const double Smoothing = 0.05;

    private readonly HealthCircuit _circuit;
    private readonly ISessionClassifier _sessions;
    private readonly CrossOrigin _origins;
    private readonly OwnProbes _probes;
    private readonly AdmissionMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly SheddingController _shedding = new();
    private readonly RefusedShare _refused = new();
    private readonly PriorityLevels _levels = new();
    private readonly ArrivalWindow _arrivals = new();
    private readonly Patience _patience;
    private readonly LoadLimit _limit;
    private RequestCounts _requests;
    private double _delayMs;
    private int _threshold;
    private bool _isOverloaded;
    private long _ticked;

    public AdmissionController(
        HealthCircuit circuit,
        ISessionClassifier sessions,
        CrossOrigin origins,
        OwnProbes probes,
        AdmissionMetrics metrics,
        QueueDelayMonitor pool,
        IOptions<CrashShieldOptions> options,
        TimeProvider time)
    {
        (_circuit, _sessions, _origins, _probes, _metrics, _time) = (circuit, sessions, origins, probes, metrics, time);
        var admission = options.Value.Admission;
        (_patience, _limit) = (new(admission), new(admission));
        metrics.ObserveLimit(() => _limit.Limit);
        // Switched off, no request is counted.
        if (admission.Enabled)
            (pool.Requests, pool.Ticked, pool.Ended) = (() => _requests.Served, Tick, End);
    }

    /// <summary>How many requests are in flight.</summary>
    internal int InFlight => _requests.InFlight;

    /// <summary>Lets a request in, or tells why not. One that was let in is given back with <see cref="Exit"/>.</summary>
    /// <param name="context">The request.</param>
    /// <returns><see langword="null"/>, or a <see cref="ShedReason"/>.</returns>
    public string? TryEnter(HttpContext context)
    {
        var inFlight = _requests.Enter();
        if ((Volatile.Read(ref _isOverloaded) || _circuit.Level > CircuitLevel.Closed) && Refusal(context, inFlight) is { } reason)
        {
            if (reason is ShedReason.QueueDelay or ShedReason.Limit)
                _requests.RefuseForLoad();
            else
                _requests.Refuse();
            return reason;
        }

        return null;
    }

    /// <summary>A request that was let in has ended.</summary>
    /// <param name="context">The request.</param>
    public void Exit(HttpContext context)
    {
        _requests.Leave();
        _origins.Learn(context);
        if (_probes.IsDue() && context.GetEndpoint() is null)
            _probes.Learn(context);
    }

    /// <summary>One step of the control, on the thread that measures the queue.</summary>
    public void Tick(PoolTick pool)
    {
        var now = _time.GetTimestamp();
        var elapsed = _time.GetElapsedTime(_ticked, now);
        _ticked = now;
        var patience = _patience.For(pool.State, _shedding.IsOverloaded, elapsed);
        // A delay that the requests cannot be the cause of, or that refusing would not shorten, is none of ours to cure.
        var isOurs = _arrivals.IsBusy(_requests.Entered, _requests.InFlight - _limit.Elsewhere, elapsed) && patience is not null;
        var (delay, target) = (isOurs ? pool.Delay : TimeSpan.Zero, patience ?? TimeSpan.MaxValue);
        _delayMs += Smoothing * (delay.TotalMilliseconds - _delayMs);
        _limit.Tick(_requests, elapsed, isOurs && _delayMs >= ContendedMs ? PoolCounts.Now : null, delay, _shedding.Current(target));
        _refused.Tick(_requests, elapsed);
        var share = _shedding.Update(delay, _limit.Backlog, target, _refused.Value, elapsed);
        Volatile.Write(ref _threshold, _levels.Threshold(share, elapsed));
        Volatile.Write(ref _isOverloaded, _shedding.IsOverloaded);
    }

    // Nobody looks any more, and the server may go on for a while: what was refused a moment ago is no measure for what comes.
    private void End()
    {
        Volatile.Write(ref _threshold, 0);
        Volatile.Write(ref _isOverloaded, false);
    }

    private string? Refusal(HttpContext context, int inFlight)
    {
        var endpoint = context.GetEndpoint();
        var priority = RequestPriorityAttribute.Of(endpoint);
        string? reason;
        try
        {
            reason = Refusal(context, priority, inFlight);
        }
        catch (Exception)
        {
            // The application's session classifier. The request fails, and ends.
            _requests.Refuse();
            throw;
        }

        // Looked for last: all that is let in anyway needs no reason for it.
        if (reason is null || _origins.IncludePreflight(context.Request, endpoint) || _probes.Include(context.Request, endpoint))
            return null;

        _metrics.Shed(priority, reason);
        return reason;
    }

    private string? Refusal(HttpContext context, RequestPriority priority, int inFlight)
    {
        var circuit = _circuit.Level;
        if (circuit >= CircuitLevel.Degraded && priority == RequestPriority.Sheddable)
            return ShedReason.Degraded;
        if (circuit >= CircuitLevel.Open && priority != RequestPriority.Critical && _sessions.IsNewSession(context))
            return ShedReason.NewSession;

        var level = PriorityLevels.Draw(priority);
        _levels.Saw(level);
        if (level < Volatile.Read(ref _threshold))
            return ShedReason.QueueDelay;
        return Volatile.Read(ref _isOverloaded) && inFlight - _limit.Elsewhere > _limit.Limit * Share(priority) ? ShedReason.Limit : null;
    }

    // What of the limit a class may fill: the more it matters, the more room is left for it by the others.
    private static double Share(RequestPriority priority) => priority switch
    {
        RequestPriority.Sheddable => 0.6,
        RequestPriority.Low => 0.8,
        RequestPriority.Normal => 1,
        RequestPriority.High => 2,
        // Refused only when there are so many that an answer would come too late.
        _ => 10,
    };
}
