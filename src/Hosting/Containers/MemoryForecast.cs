namespace CrashShield.Hosting.Containers;

/// <summary>
/// When the limit will be reached if the memory goes on growing as it does. A share alone tells too late: of 200 MiB, 15 % are gone in a second and a half at 20 MB/s.
/// </summary>
internal sealed class MemoryForecast(ContainerOptions options, TimeProvider time)
{
    // Long enough to see over the steps of an allocator, short enough to be of use.
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(2);

    // A process that starts grows fast and is far from any limit.
    private const double LeastShare = 0.25;

    // Growth that has just been stopped by shedding would begin again: hold what was entered, and enter nothing.
    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(20);
    private const double Holding = 0.85;
    private const double Degrade = 0.9;

    private readonly SampleWindow _samples = new(Window, options.Interval, time);
    private long _seen;
    private bool _hasSeen;

    public double BytesPerSecond { get; private set; }

    public double SecondsLeft { get; private set; } = double.PositiveInfinity;

    public double Of(long now, long workingSet, long limit)
    {
        _samples.Add(now, workingSet);
        var (growth, elapsed) = _samples.Over(Window);
        BytesPerSecond = elapsed >= Window ? growth / elapsed.TotalSeconds : 0;
        SecondsLeft = BytesPerSecond > 0 ? Math.Max(0, limit - workingSet) / BytesPerSecond : double.PositiveInfinity;
        if (workingSet >= limit * LeastShare && SecondsLeft <= options.MemoryForecast.TotalSeconds)
        {
            (_seen, _hasSeen) = (now, true);
            return Degrade;
        }

        return _hasSeen && time.GetElapsedTime(_seen, now) < Hold ? Holding : 0;
    }
}
