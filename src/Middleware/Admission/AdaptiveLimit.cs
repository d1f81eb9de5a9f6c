using CrashShield.Hosting.Admission;

namespace CrashShield.Middleware.Admission;

/// <summary>
/// How many requests may be in flight while the processor is contended. After TCP Vegas, as failsafe-go's adaptive limiter has it: the queue is what the latency of now over that
/// without a queue tells, <c>⌈L·(1 − base/recent)⌉</c> on the 90th percentile; below α the limit grows by a step, above β it shrinks by what is too much, at most by half, with α 3 and β 6 times <c>log10 L</c>.
/// It grows only when it is in use. While nothing waits for the processor the limit follows what is in flight: that is no overload.
/// </summary>
internal sealed class AdaptiveLimit(AdmissionOptions options)
{
    private const double Alpha = 3;
    private const double Beta = 6;
    private const double Percentile = 0.9;
    private const int MinSamples = 20;
    private const int MinTicks = 20;
    private const int MaxTicks = 200;
    private const double Smoothing = 0.1;

    private readonly LatencyWindow _window = new();
    private double _limit = options.InitialLimit;
    private double _baseMs = double.PositiveInfinity;
    private double _cap = options.MaxLimit;
    private int _peak;
    private int _ticks;
    private int _above;

    public int Limit => (int)Volatile.Read(ref _limit);

    /// <summary>Whether anything is known to compare with. A process that has just started is slow without being overloaded.</summary>
    public bool IsKnown { get; private set; }

    public void Record(TimeSpan latency) => _window.Record(latency);

    /// <summary>Called every 5 ms by one thread; changes the limit once a window has enough samples.</summary>
    /// <param name="inFlight">How many requests are in flight.</param>
    /// <param name="isContended">Whether work waits for the processor.</param>
    public void Tick(int inFlight, bool isContended)
    {
        _peak = Math.Max(_peak, inFlight);
        // Whether or not any of them has ended yet. Not at once: a burst is in flight before the processor has come to it.
        _above = !isContended && inFlight > _limit ? _above + 1 : 0;
        if (_above >= MinTicks)
        {
            Volatile.Write(ref _limit, inFlight);
            _cap = Math.Max(_cap, inFlight);
        }

        _ticks++;
        if (_ticks < MinTicks || (_window.Count < MinSamples && _ticks < MaxTicks))
            return;

        if (_window.Count >= MinSamples)
            Update(_window.TakePercentile(Percentile), isContended);
        (_peak, _ticks) = (0, 0);
    }

    private void Update(double recentMs, bool isContended)
    {
        if (!isContended)
        {
            IsKnown = true;
            _baseMs = double.IsInfinity(_baseMs) ? recentMs : _baseMs + (Smoothing * (recentMs - _baseMs));
            _cap = Math.Max(options.MaxLimit, _peak);
            Volatile.Write(ref _limit, Math.Max(options.InitialLimit, _peak));
            return;
        }

        _baseMs = Math.Min(_baseMs, recentMs);
        if (!IsKnown)
        {
            IsKnown = true;
            Volatile.Write(ref _limit, Math.Max(options.InitialLimit, _peak));
            return;
        }

        var limit = _limit;
        var step = Math.Max(1, Math.Log10(limit));
        var queue = Math.Ceiling(limit * (1 - (_baseMs / recentMs)));
        if (queue > Beta * step)
            limit -= Math.Max(step, Math.Min(queue - (Beta * step), limit / 2));
        else if (queue < Alpha * step && _peak * 2 > limit)
            limit += step;
        Volatile.Write(ref _limit, Math.Clamp(limit, options.MinLimit, _cap));
    }
}
