namespace CrashShield.Drills.Monitors;

/// <summary>What an idle second of one server costs.</summary>
/// <param name="Monitors">Which monitors it has.</param>
/// <param name="Seconds">What it allocates in each of them.</param>
/// <param name="Threads">The share of a core that each of the monitors' threads uses.</param>
internal sealed record IdleCost(string Monitors, IReadOnlyList<long> Seconds, IReadOnlyDictionary<string, double> Threads)
{
    /// <summary>The share of seconds up to which they are rare.</summary>
    public const double RareShare = 0.05;

    /// <summary>What the median second allocates.</summary>
    public double BytesPerSecond => Median.Of(Seconds.Select(static second => (double)second));

    /// <summary>How many seconds of each kind there are: a server that does nothing else repeats a few amounts.</summary>
    public string Kinds => string.Join(", ", Seconds.GroupBy(static second => second).OrderBy(static kind => kind.Key).Select(static kind => $"{kind.Count()} x {kind.Key} B"));

    /// <summary>How many seconds allocate an amount that no ordinary second of the other server does. The runtime's own thread pool has one of them now and then.</summary>
    public int UnlikeThoseOf(IdleCost other)
    {
        var ordinary = other.Seconds.CountBy(static second => second).Where(kind => kind.Value > other.Seconds.Count * RareShare).Select(static kind => kind.Key).ToHashSet();
        return Seconds.Count(second => !ordinary.Contains(second));
    }

    /// <summary>The share of a core that all of them use.</summary>
    public double Share => Threads.Values.Sum();

    public static async Task<IdleCost> MeasureAsync(
        string monitors, Task<MonitorServer> starting, TimeSpan settle, TimeSpan duration, CancellationToken cancellationToken)
    {
        await using var server = await starting;
        // Once, for all that the first request of this kind allocates and compiles.
        await server.IdleBytesAsync(seconds: 1, cancellationToken);
        await Task.Delay(settle, cancellationToken);
        var before = Used(server);
        var bytes = await server.IdleBytesAsync((int)duration.TotalSeconds, cancellationToken);
        var threads = Used(server).ToDictionary(thread => thread.Key, thread => (thread.Value - before.GetValueOrDefault(thread.Key)) / duration);
        return new(monitors, bytes, threads);
    }

    private static Dictionary<string, TimeSpan> Used(MonitorServer server) => server.Threads().GroupBy(thread => thread.Name)
        .ToDictionary(threads => threads.Key, threads => threads.Aggregate(TimeSpan.Zero, (sum, thread) => sum + thread.Used));
}
