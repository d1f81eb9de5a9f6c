using CrashShield.Drills.Processes;

namespace CrashShield.Drills.Monitors;

/// <summary>
/// Requests a second with all monitors and with none, in turn, in one process, in which they are started and stopped: two processes of the same program differ by more than what is
/// measured. A round is a second, so that what looks once a second looks once a round.
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

    /// <summary>Measures it.</summary>
    /// <param name="rounds">How many rounds of each kind.</param>
    /// <param name="warmup">How long is sent before.</param>
    /// <param name="isControl">Whether no round has monitors: what is seen then is the error of the measurement.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<Throughput> MeasureAsync(int rounds, TimeSpan warmup, bool isControl, CancellationToken cancellationToken)
    {
        await using var server = await MonitorServer.WithOnlyAsync("", cancellationToken);
        var seen = new Throughput();
        await seen.RunAsync(server, hasMonitors: true, warmup, cancellationToken);
        seen._busy.Clear();
        for (var round = 0; round < rounds; round++)
        {
            var isWithFirst = round % 2 == 0;
            var first = await seen.RunAsync(server, isWithFirst && !isControl, Length, cancellationToken);
            var second = await seen.RunAsync(server, !isWithFirst && !isControl, Length, cancellationToken);
            seen.Add(with: isWithFirst ? first : second, without: isWithFirst ? second : first);
        }

        return seen;
    }

    private async Task<(double PerSecond, double Microseconds)> RunAsync(MonitorServer server, bool hasMonitors, TimeSpan length, CancellationToken cancellationToken)
    {
        if (hasMonitors)
            await server.SwitchAsync(on: true, cancellationToken);
        var before = CpuClock.Used(server.Id);
        var result = await server.LoadAsync(length);
        var used = CpuClock.Used(server.Id) - before;
        if (hasMonitors)
            await server.SwitchAsync(on: false, cancellationToken);
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
