using CrashShield.Drills.Processes;

namespace CrashShield.Drills.Monitors;

/// <summary>What all monitors together cost: the same server with all of them at their defaults, and with none.</summary>
internal sealed class MonitorsDrill : IDrill
{
    private const double MaxThroughputShare = 0.01;
    private const double MaxMegabytes = 10;
    private const double MaxContainerShare = 0.001;
    private const double LeastBusy = 0.9;

    private const string Circuit = "Circuit";
    private const string Container = "Circuit,Containers";

    // The circuit has the sources read, so that none of them works without it.
    private static readonly string[] Parts = [Circuit, "Circuit,Leaks", "Circuit,Memory", "Circuit,ThreadPools", Container];

    public string Name => "monitors";

    public string Description => "what all monitors cost: throughput, memory, idle allocations, the container's files";

    public async Task<DrillReport> RunAsync(DrillOptions options, CancellationToken cancellationToken)
    {
        await Core.PinSelfAsync(cancellationToken);
        Console.WriteLine(Core.CanPin ? $"servers on core {Core.OfServers}, load on core {Core.OfLoad}" : "not pinned: the figures say little");
        var report = new DrillReport(options);
        MonitorServer.TellChanges(report);
        await MeasureIdleAsync(report, TimeSpan.FromSeconds(options.IsShort ? 8 : 40), TimeSpan.FromSeconds(options.IsShort ? 8 : 60), cancellationToken);
        await MeasureMemoryAsync(report, options.IsShort ? 1 : 5, TimeSpan.FromSeconds(options.IsShort ? 1 : 5), cancellationToken);
        await MeasureThroughputAsync(report, options.IsShort, cancellationToken);
        return report;
    }

    private static async Task MeasureIdleAsync(DrillReport report, TimeSpan settle, TimeSpan duration, CancellationToken cancellationToken)
    {
        Console.WriteLine($"idle for {duration.TotalSeconds} s");
        Task<IdleCost> Measure(string monitors, Task<MonitorServer> server) => IdleCost.MeasureAsync(monitors, server, settle, duration, cancellationToken);
        var costs = await Task.WhenAll(
        [
            Measure("none", MonitorServer.WithOnlyAsync("", cancellationToken)),
            Measure("all", MonitorServer.WithAllAsync(cancellationToken)),
            .. Parts.Select(part => Measure(part, MonitorServer.WithOnlyAsync(part, cancellationToken))),
        ]);
        foreach (var cost in costs)
            Console.WriteLine($"  {cost.Monitors}: {cost.Kinds}; {string.Join(", ", cost.Threads.Select(thread => $"{thread.Key} {thread.Value:P3}"))}");

        var (none, all) = (costs[0], costs[1]);
        report.Add("idle", costs);
        report.Require("the compared server has no monitor, ours has", none.Share == 0 && all.Share > 0, $"{none.Share:P3} and {all.Share:P3} of a core");
        var bytes = all.BytesPerSecond - none.BytesPerSecond;
        report.Require("0 B allocated in an idle second", bytes <= 0, $"{bytes:F1} B in the median second");
        var unlike = all.UnlikeThoseOf(none);
        report.Require(
            $"at most {IdleCost.RareShare:P0} of the idle seconds allocate what none does without", unlike <= all.Seconds.Count * IdleCost.RareShare, $"{unlike} of {all.Seconds.Count}: {all.Kinds}; without: {none.Kinds}");
        var container = Array.Find(costs, cost => cost.Monitors == Container)!.Share - Array.Find(costs, cost => cost.Monitors == Circuit)!.Share;
        report.Require($"the container's files at most {MaxContainerShare:P1} of a core", container <= MaxContainerShare, $"{container:P3}");
    }

    private static async Task MeasureMemoryAsync(DrillReport report, int starts, TimeSpan idle, CancellationToken cancellationToken)
    {
        Console.WriteLine($"resident memory of {starts} starts each");
        var cost = await ResidentCost.MeasureAsync(starts, requests: 50_000, idle, cancellationToken);
        Console.WriteLine($"  with {string.Join(", ", cost.With.Select(one => $"{one:F1}"))} MB, without {string.Join(", ", cost.Without.Select(one => $"{one:F1}"))} MB");
        Console.WriteLine($"  of no file: with {string.Join(", ", cost.AnonymousWith.Select(one => $"{one:F1}"))} MB, without {string.Join(", ", cost.AnonymousWithout.Select(one => $"{one:F1}"))} MB");
        report.Add("memory", cost);
        report.Require($"at most {MaxMegabytes} MB resident", cost.Megabytes <= MaxMegabytes, $"{cost.Megabytes:F1} MB");
        report.Require($"at most {MaxMegabytes} MB resident that is backed by no file", cost.AnonymousMegabytes <= MaxMegabytes, $"{cost.AnonymousMegabytes:F1} MB");
    }

    private static async Task MeasureThroughputAsync(DrillReport report, bool isShort, CancellationToken cancellationToken)
    {
        var (rounds, warmup) = isShort ? (6, TimeSpan.FromSeconds(3)) : (100, TimeSpan.FromSeconds(10));
        Console.WriteLine($"{rounds} rounds of a second each, with and without, in one process");
        var seen = await Throughput.MeasureAsync(rounds, warmup, isControl: false, cancellationToken);
        Console.WriteLine($"  throughput {seen.Cost}");
        Console.WriteLine($"  processor  {seen.ProcessorCost}; core {seen.Busy:P1} busy");
        report.Add("throughput", seen);
        if (!isShort)
        {
            var control = await Throughput.MeasureAsync(rounds / 2, warmup, isControl: true, cancellationToken);
            Console.WriteLine($"  the same without monitors in any round: {control.Cost}");
            report.Add("throughputControl", control);
            report.Require("the servers' core is full, or the driver is measured", seen.Busy >= LeastBusy, $"{seen.Busy:P1}");
        }

        // The median of a few rounds is mostly the machine's noise: they only tell when it is surely more.
        var cost = isShort ? seen.Cost.Low : seen.Cost.Median;
        report.Require($"at most {MaxThroughputShare:P0} of the throughput", cost <= MaxThroughputShare, $"{seen.Cost}");
        report.Require("every request answered", seen.IsAllOk, $"{seen.IsAllOk}");
    }
}
