using CrashShield.Drills.Processes;
using CrashShield.Load;

namespace CrashShield.Drills.Overload;

/// <summary>
/// Four times what one core can do, in an open loop, a tenth of it critical: who is served, how soon, and how soon all is well again. Beside it, in the same
/// run and with the same work, no protection at all and <c>UseRateLimiter</c> at the best of several settings.
/// </summary>
internal sealed class OverloadDrill : IDrill
{
    private const double WorkMs = 5;
    private const double PeerWarmup = 15;
    private const int WarmPermits = 16;
    private static readonly int[] Permits = [2, 16, 64];

    public string Name => "overload";

    public string Description => "four times the capacity: goodput, latency, critical requests, false sheds, recovery, beside UseRateLimiter";

    public async Task<DrillReport> RunAsync(DrillOptions options, CancellationToken cancellationToken)
    {
        Console.WriteLine(Core.CanPin ? $"server on core {Core.OfServers}, load on core {Core.OfLoad}" : "not pinned: the figures say little");
        var report = new DrillReport(options);
        foreach (var handler in new[] { "/work", "/work-async" })
            await RunAsync(report, handler, options.IsShort, cancellationToken);
        return report;
    }

    private static async Task RunAsync(DrillReport report, string handler, bool isShort, CancellationToken cancellationToken)
    {
        var (rounds, seconds, warmup) = isShort ? (1, 2, 3) : (5, 5, 25);
        await using var server = await OverloadServer.StartAsync("shield", permits: null, cancellationToken);
        var iterations = await server.IterationsInAsync(WorkMs, cancellationToken);
        var load = new OverloadLoad(server, handler, iterations);

        var half = await load.HalfAsync(await load.CapacityAsync(cancellationToken), seconds * rounds, cancellationToken);
        Console.WriteLine($"{handler}: {iterations} iterations\n  half load: {half.Ok} of {half.Total} served, p99 {half.P99Ms:F0} ms");

        // What an overload runs is compiled while it runs, in the background, for some 20 s and with a tenth of the core.
        await load.OverAsync(await load.CapacityAsync(cancellationToken), warmup, cancellationToken);

        using var done = new CancellationTokenSource();
        var probe = server.ProbeAsync(done.Token);
        var measured = await load.RoundsAsync(rounds, seconds, cancellationToken);
        await done.CancelAsync();
        var (slowest, failed) = await probe;

        // From two seconds after the load has ended nobody may be refused any more.
        var capacity = Median.Of(measured.Select(round => round.Capacity));
        await load.OverAsync(capacity, seconds, cancellationToken);
        var after = await load.HalfAsync(capacity, seconds * 2, cancellationToken);
        var shed = await server.ShedAsync(cancellationToken);
        Console.WriteLine($"  {string.Join("\n  ", shed)}");
        var health = await server.HealthAsync(cancellationToken);
        Console.WriteLine($"  circuit {health.Level}; {string.Join("; ", health.Changes)}");

        var goodput = Median.Of(measured.Select(round => round.Goodput));
        var (p99, criticalP99) = (measured.Max(round => round.Ordinary.P99Ms), measured.Max(round => round.Critical.P99Ms));
        var critical = measured.Min(round => round.CriticalInTime);
        Console.WriteLine(
            $"  4x, {rounds} rounds, capacity {capacity:F0}/s: goodput {goodput:P0} ({string.Join(", ", measured.Select(round => $"{round.Goodput:P0}"))}), worst p99 {p99:F0} ms, critical {critical:P1} in time, p99 {criticalP99:F0} ms, slowest probe {slowest.TotalMilliseconds:F0} ms");

        Require(report, handler, "goodput at least 90 % of capacity", goodput >= 0.9, $"{goodput:P0}");
        Require(report, handler, "p99 of the admitted at most 250 ms", Math.Max(p99, criticalP99) <= 250, $"{p99:F0} and {criticalP99:F0} ms");
        Require(report, handler, "critical requests at least 99 % in time", critical >= 0.99, $"{critical:P2}");
        Require(report, handler, "/healthz never above 1 s", slowest < TimeSpan.FromSeconds(1) && failed == 0, $"{slowest.TotalMilliseconds:F0} ms, {failed} failed");
        Require(report, handler, "false sheds at most 0.5 % at half load", Share(half) >= 0.995, $"{1 - Share(half):P2}");
        Require(report, handler, "back to normal 2 s after the load", Share(after) >= 0.995, $"{1 - Share(after):P2} refused");
        report.Add(handler.TrimStart('/'), new
        {
            capacity,
            half,
            goodput,
            rounds = measured,
            slowestProbeMs = slowest.TotalMilliseconds,
            after,
            shed,
            health,
            peers = isShort ? [] : await PeersAsync(handler, iterations, seconds, cancellationToken),
        });
    }

    private static async Task<List<object>> PeersAsync(string handler, int iterations, double seconds, CancellationToken cancellationToken)
    {
        var results = new List<object>();
        foreach (var (peer, permits) in Permits.Select(permits => ("rate-limiter", (int?)permits)).Prepend(("nothing", null)))
        {
            await using var server = await OverloadServer.StartAsync(peer, permits, cancellationToken);
            var load = new OverloadLoad(server, handler, iterations);
            // Those that refuse compile too. The others would have their backlog still to serve when it is measured.
            if (permits is { } number && number <= WarmPermits)
                await load.OverAsync(await load.CapacityAsync(cancellationToken), PeerWarmup, cancellationToken);
            var round = (await load.RoundsAsync(1, seconds * 2, cancellationToken))[0];
            Console.WriteLine($"  {peer} {permits}: goodput {round.Goodput:P0}, p99 {round.Ordinary.P99Ms:F0} ms, critical {round.CriticalInTime:P1} in time");
            results.Add(new { peer, permits, round.Goodput, p99Ms = round.Ordinary.P99Ms, critical = round.CriticalInTime });
        }

        return results;
    }

    private static double Share(LoadResult result) => result.Total == 0 ? 0 : (double)result.Ok / result.Total;

    private static void Require(DrillReport report, string handler, string bar, bool held, string seen) =>
        report.Require($"{handler}: {bar}", held, seen);
}
