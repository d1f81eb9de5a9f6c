using CrashShield.Drills.Processes;

namespace CrashShield.Drills.Monitors;

/// <summary>
/// Requests a second with all monitors and with none, in turn. The side that is not loaded is paused: its monitors would take their share of the same core from the other, and so hide
/// what they cost. A round is a second, so that what looks once a second looks once a round.
/// </summary>
internal sealed class Throughput
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(1);

    private readonly List<double> _cost = [];
    private readonly List<double> _processorCost = [];
    private readonly List<double> _busy = [];

    /// <summary>The share of the throughput that the monitors cost, round by round.</summary>
    public Spread Cost => Spread.Of(_cost);

    /// <summary>The share by which they make a request dearer in processor time, round by round.</summary>
    public Spread ProcessorCost => Spread.Of(_processorCost);

    /// <summary>How busy the core of the servers was: below 1 the throughput is the driver's, not theirs.</summary>
    public double Busy => Median.Of(_busy);

    public bool IsAllOk { get; private set; } = true;

    public static async Task<Throughput> MeasureAsync(int rounds, TimeSpan warmup, CancellationToken cancellationToken)
    {
        await using var all = await MonitorServer.WithAllAsync(cancellationToken);
        await using var none = await MonitorServer.WithOnlyAsync("", cancellationToken);
        var seen = new Throughput();
        foreach (var server in new[] { all, none })
        {
            await server.LoadAsync(warmup);
            server.Pause();
        }

        for (var round = 0; round < rounds; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var first = await seen.RunAsync(round % 2 == 0 ? all : none);
            var second = await seen.RunAsync(round % 2 == 0 ? none : all);
            seen.Add(with: round % 2 == 0 ? first : second, without: round % 2 == 0 ? second : first);
        }

        return seen;
    }

    private async Task<(double PerSecond, double Microseconds)> RunAsync(MonitorServer server)
    {
        var before = CpuClock.Used(server.Id);
        server.Resume();
        var result = await server.LoadAsync(Length);
        server.Pause();
        var used = CpuClock.Used(server.Id) - before;
        IsAllOk &= result.IsAllOk;
        _busy.Add(used.TotalSeconds / result.Seconds);
        return (result.PerSecond, used.TotalMicroseconds / Math.Max(1, result.Ok));
    }

    private void Add((double PerSecond, double Microseconds) with, (double PerSecond, double Microseconds) without)
    {
        _cost.Add(1 - (with.PerSecond / without.PerSecond));
        _processorCost.Add((with.Microseconds / without.Microseconds) - 1);
    }
}
