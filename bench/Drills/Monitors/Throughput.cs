using CrashShield.Drills.Processes;

namespace CrashShield.Drills.Monitors;

/// <summary>
/// Requests a second with all monitors and with none, in turn. The side that is not loaded is paused: its monitors would take their share of the same core from the other, and so hide
/// what they cost. A round is a second, so that what looks once a second looks once a round. Two processes of the same program differ too, so that there are several of each.
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

    /// <summary>The median cost of each pair of processes.</summary>
    public List<double> Starts { get; } = [];

    public static async Task<Throughput> MeasureAsync(int starts, int rounds, TimeSpan warmup, CancellationToken cancellationToken)
    {
        var seen = new Throughput();
        for (var start = 0; start < starts; start++)
        {
            await using var all = await MonitorServer.WithAllAsync(cancellationToken);
            await using var none = await MonitorServer.WithOnlyAsync("", cancellationToken);
            foreach (var server in new[] { all, none })
            {
                await server.LoadAsync(warmup);
                server.Pause();
            }

            await seen.RunAsync(all, none, rounds, cancellationToken);
            seen.Starts.Add(Median.Of(seen._cost.TakeLast(rounds)));
        }

        return seen;
    }

    private async Task RunAsync(MonitorServer all, MonitorServer none, int rounds, CancellationToken cancellationToken)
    {
        for (var round = 0; round < rounds; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var isAllFirst = round % 2 == 0;
            var first = await RunAsync(isAllFirst ? all : none);
            var second = await RunAsync(isAllFirst ? none : all);
            Add(with: isAllFirst ? first : second, without: isAllFirst ? second : first);
        }
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
