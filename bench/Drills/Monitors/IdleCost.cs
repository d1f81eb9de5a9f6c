namespace CrashShield.Drills.Monitors;

/// <summary>What an idle second of one server costs.</summary>
/// <param name="Monitors">Which monitors it has.</param>
/// <param name="BytesPerSecond">What it allocates, the median of windows: the runtime's own thread pool allocates now and then.</param>
/// <param name="Threads">The share of a core that each of the monitors' threads uses.</param>
internal sealed record IdleCost(string Monitors, double BytesPerSecond, IReadOnlyDictionary<string, double> Threads)
{
    // Whatever the product does, it does at least that often.
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    /// <summary>The share of a core that all of them use.</summary>
    public double Share => Threads.Values.Sum();

    public static async Task<IdleCost> MeasureAsync(
        string monitors, Task<MonitorServer> starting, TimeSpan settle, TimeSpan duration, CancellationToken cancellationToken)
    {
        await using var server = await starting;
        // Once, for all that the first request of this kind allocates and compiles.
        await server.IdleBytesAsync(TimeSpan.Zero, cancellationToken);
        await Task.Delay(settle, cancellationToken);
        var before = Used(server);
        var window = duration < Window ? duration : Window;
        var bytes = new double[(int)(duration / window)];
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] = await server.IdleBytesAsync(window, cancellationToken) / window.TotalSeconds;
        var threads = Used(server).ToDictionary(thread => thread.Key, thread => (thread.Value - before.GetValueOrDefault(thread.Key)) / duration);
        return new(monitors, Median.Of(bytes), threads);
    }

    private static Dictionary<string, TimeSpan> Used(MonitorServer server) => server.Threads().GroupBy(thread => thread.Name)
        .ToDictionary(threads => threads.Key, threads => threads.Aggregate(TimeSpan.Zero, (sum, thread) => sum + thread.Used));
}
