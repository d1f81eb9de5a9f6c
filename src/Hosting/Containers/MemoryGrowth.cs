namespace CrashShield.Hosting.Containers;

/// <summary>
/// How the memory grows that neither the kernel nor the collector can take back. It grows by no more than the memory in use does: a collection that moves the estimate of the garbage is no growth.
/// </summary>
internal sealed class MemoryGrowth(ContainerOptions options, TimeProvider time)
{
    // Long enough to see over the steps of an allocator, short enough to be of use.
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Half = Window / 2;

    // Of the growth of the window, what each half has to have: one step is not yet growth.
    private const double LeastInHalf = 0.125;

    private readonly SampleWindow _inUse = new(Longest(options), options.Interval, time);
    private readonly SampleWindow _live = new(Longest(options), options.Interval, time);
    private long _lastInUse;
    private long _lastLive;

    /// <summary>Over the last two seconds.</summary>
    public double BytesPerSecond { get; private set; }

    /// <summary>Whether it grew in the first of the two seconds as well as in the second.</summary>
    public bool GoesOn { get; private set; }

    /// <summary>Takes a reading.</summary>
    public void Take(long now, long inUse, long garbage)
    {
        (_lastInUse, _lastLive) = (inUse, Math.Max(0, inUse - garbage));
        _inUse.Add(now, _lastInUse);
        _live.Add(now, _lastLive);
        var (live, elapsed) = _live.Over(Window);
        var growth = Math.Min(live, _inUse.Over(Window).Change);
        BytesPerSecond = elapsed >= Window && growth > 0 ? growth / elapsed.TotalSeconds : 0;
        var late = _live.Over(Half).Change;
        GoesOn = BytesPerSecond > 0 && Math.Min(late, live - late) >= growth * LeastInHalf;
    }

    /// <summary>By how much it has grown within twice <see cref="ContainerOptions.MemoryForecast"/>.</summary>
    public long Risen() => Math.Min(_lastLive - _live.Lowest(), _lastInUse - _inUse.Lowest());

    // What fills the rest in the time of the forecast has then grown by as much as the rest for as long.
    private static TimeSpan Longest(ContainerOptions options) => options.MemoryForecast > Half ? options.MemoryForecast * 2 : Window;
}
