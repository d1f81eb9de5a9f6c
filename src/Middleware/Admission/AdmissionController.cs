using CrashShield.Hosting;
using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.ThreadPools;
using CrashShield.Middleware.Endpoints;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace CrashShield.Middleware.Admission;

/// <summary>
/// Decides who is served. While all is well a request costs one count up and one down, and a few reads. The rest is
/// computed every few milliseconds on the thread that measures the pool's queue.
/// </summary>
internal sealed class AdmissionController
{
    // Waiting that long on average tells of a contended processor.
    private const double ContendedMs = 5;
    private const double Smoothing = 0.05;
    private const int SampleMask = 7;
    private const long NotTimed = -1;

    private readonly HealthCircuit _circuit;
    private readonly ISessionClassifier _sessions;
    private readonly AdmissionMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly SheddingController _shedding;
    private readonly PriorityLevels _levels = new();
    private readonly AdaptiveLimit _limit;
    private double _delayMs;
    private int _threshold;
    private bool _isContended;
    private readonly InFlight _inFlight = new();
    private readonly ArrivalWindow _arrivals = new();
    private uint _arrived;
    private long _ticked;

    public AdmissionController(
        HealthCircuit circuit, ISessionClassifier sessions, AdmissionMetrics metrics, QueueDelayMonitor pool, IOptions<CrashShieldOptions> options, TimeProvider time)
    {
        (_circuit, _sessions, _metrics, _time) = (circuit, sessions, metrics, time);
        var admission = options.Value.Admission;
        _shedding = new(admission.TargetDelay);
        _limit = new(admission);
        metrics.ObserveLimit(() => _limit.Limit);
        if (admission.Enabled)
            pool.Ticked = Tick;
    }

    /// <summary>How many requests are in flight.</summary>
    internal int InFlight => _inFlight.All;

    /// <summary>Lets a request in, or tells why not.</summary>
    /// <param name="context">The request.</param>
    /// <param name="permit">What <see cref="Exit"/> is called with when the request has ended.</param>
    /// <returns><see langword="null"/>, or a <see cref="ShedReason"/>.</returns>
    public string? TryEnter(HttpContext context, out AdmissionPermit permit)
    {
        // Not counted exactly: a count that is lost to a race changes nothing, and an interlocked one costs more than all else here.
        var arrived = _arrived++;
        var (epoch, inFlight) = _inFlight.Enter();
        var isContended = Volatile.Read(ref _isContended);
        if ((isContended || Volatile.Read(ref _threshold) > 0 || _circuit.Level > CircuitLevel.Closed) && Refusal(context, epoch, inFlight) is { } reason)
        {
            _inFlight.Exit(epoch);
            permit = default;
            return reason;
        }

        // Every eighth is timed, and every one under load. The clock is most of what a request would pay here.
        permit = new(epoch, isContended || (arrived & SampleMask) == 0 ? _time.GetTimestamp() : NotTimed);
        return null;
    }

    /// <summary>The request has ended.</summary>
    public void Exit(AdmissionPermit permit)
    {
        // How long a stream has lasted says nothing of the load.
        if (_inFlight.Exit(permit.Epoch) && permit.Timestamp != NotTimed)
            _limit.Record(_time.GetElapsedTime(permit.Timestamp));
    }

    /// <summary>One step of the control, on the thread that measures the queue.</summary>
    public void Tick(TimeSpan delay)
    {
        var now = _time.GetTimestamp();
        var elapsed = _time.GetElapsedTime(_ticked, now);
        _ticked = now;
        _inFlight.Tick(elapsed);
        // A delay that the requests cannot be the cause of is none of ours to cure.
        if (!_arrivals.IsBusy(Volatile.Read(ref _arrived), _inFlight.All, elapsed))
            delay = TimeSpan.Zero;
        _delayMs += Smoothing * (delay.TotalMilliseconds - _delayMs);
        Volatile.Write(ref _isContended, _delayMs >= ContendedMs);
        var share = _shedding.Update(delay, elapsed);
        Volatile.Write(ref _threshold, _levels.Threshold(share, elapsed));
        _limit.Tick(_inFlight.Recent, _isContended);
    }

    private string? Refusal(HttpContext context, int epoch, int inFlight)
    {
        var endpoint = context.GetEndpoint();
        // Before routing nothing is known of it but its path.
        if (endpoint is null && ManagementPaths.Contains(context.Request.Path))
            return null;

        var priority = endpoint?.Metadata.GetMetadata<RequestPriorityAttribute>()?.Priority ?? RequestPriority.Normal;
        string? reason;
        try
        {
            reason = Refusal(context, priority, inFlight);
        }
        catch (Exception)
        {
            // The application's session classifier. The request fails, and ends.
            _inFlight.Exit(epoch);
            throw;
        }

        if (reason is not null)
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
        return Volatile.Read(ref _isContended) && _limit.IsKnown && inFlight > _limit.Limit * Share(priority) ? ShedReason.Limit : null;
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
