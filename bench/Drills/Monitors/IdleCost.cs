namespace CrashShield.Drills.Monitors;

/// <summary>What an idle second of one server costs.</summary>
/// <param name="Monitors">Which monitors it has.</param>
/// <param name="BytesPerSecond">What it allocates.</param>
/// <param name="Threads">The share of a core that each of the monitors' threads uses.</param>
internal sealed record IdleCost(string Monitors, double BytesPerSecond, IReadOnlyDictionary<string, double> Threads)
{
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
        var bytes = await server.IdleBytesAsync(duration, cancellationToken);
        var threads = Used(server).ToDictionary(thread => thread.Key, thread => (thread.Value - before.GetValueOrDefault(thread.Key)) / duration);
        return new(monitors, bytes / duration.TotalSeconds, threads);
    }

    private static Dictionary<string, TimeSpan> Used(MonitorServer server) => server.Threads().GroupBy(thread => thread.Name)
        .ToDictionary(threads => threads.Key, threads => threads.Aggregate(TimeSpan.Zero, (sum, thread) => sum + thread.Used));
}
