namespace CrashShield.Hosting.Containers;

/// <summary>
/// How the memory grows that neither the kernel nor the collector can take back. It grows by no more than the memory in use does: a collection that moves the estimate of the garbage is no growth.
/// </summary>
internal sealed class MemoryGrowth(ContainerOptions options, TimeProvider time)
{
    // Long enough to see over the steps of an allocator, short enough to be of use; and some readings, where they come seldom.
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(2);
    private const int LeastReadings = 3;

    // One step is not yet growth: of what the window has risen by, this much may have come at once.
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(0.5);
    private const double MostAtOnce = 0.85;

    private readonly TimeSpan _window = Window(options);
    private readonly SampleWindow _inUse = new(Longest(options), options.Interval, time);
    private readonly SampleWindow _live = new(Longest(options), options.Interval, time);
    private long _lastInUse;
    private long _lastLive;

    /// <summary>Over the last two seconds.</summary>
    public double BytesPerSecond { get; private set; }

    /// <summary>Whether it has grown at more than one time of them.</summary>
    public bool GoesOn { get; private set; }

    /// <summary>Takes a reading.</summary>
    public void Take(long now, long inUse, long garbage)
    {
        (_lastInUse, _lastLive) = (inUse, Math.Max(0, inUse - garbage));
        _inUse.Add(now, _lastInUse);
        _live.Add(now, _lastLive);
        var (live, elapsed) = _live.Over(_window);
        var growth = Math.Min(live, _inUse.Over(_window).Change);
        BytesPerSecond = elapsed >= _window && growth > 0 ? growth / elapsed.TotalSeconds : 0;
        GoesOn = BytesPerSecond > 0 && _live.Steepest(AtOnce, _window) <= growth * MostAtOnce;
    }

    /// <summary>By how much it has grown within twice <see cref="ContainerOptions.MemoryForecast"/>.</summary>
    public long Risen() => Math.Min(_lastLive - _live.Lowest(), _lastInUse - _inUse.Lowest());

    // What fills the rest in the time of the forecast has then grown by as much as the rest for as long.
    private static TimeSpan Longest(ContainerOptions options) => Max(options.MemoryForecast * 2, Window(options));

    private static TimeSpan Window(ContainerOptions options) => Max(Shortest, options.Interval * LeastReadings);

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
