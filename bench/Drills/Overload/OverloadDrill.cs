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
    private const double Overload = 4;
    private const double CriticalShare = 0.4;
    private const double HalfLoad = 0.5;
    private static readonly int[] Permits = [2, 4, 8, 16, 64];

    public string Name => "overload";

    public string Description => "four times the capacity: goodput, latency, critical requests, false sheds, recovery, beside UseRateLimiter";

    public async Task<DrillReport> RunAsync(DrillOptions options, CancellationToken cancellationToken)
    {
        Console.WriteLine(Core.CanPin ? $"server on core {Core.OfServers}, load on core {Core.OfLoad}" : "not pinned: the figures say little");
        var report = new DrillReport(options);
        var seconds = options.IsShort ? 4 : 15;
        foreach (var handler in new[] { "/work", "/work-async" })
            await RunAsync(report, handler, seconds, withPeers: !options.IsShort, cancellationToken);
        return report;
    }

    private static async Task RunAsync(DrillReport report, string handler, double seconds, bool withPeers, CancellationToken cancellationToken)
    {
        await using var server = await OverloadServer.StartAsync("shield", permits: null, cancellationToken);
        var iterations = await server.IterationsInAsync(WorkMs, cancellationToken);
        var (path, critical) = ($"{handler}?iterations={iterations}", $"{handler}-critical?iterations={iterations}");
        var capacity = (await server.ClosedAsync(path, connections: 4, seconds / 2, cancellationToken)).PerSecond;
        Console.WriteLine($"{handler}: {iterations} iterations, capacity {capacity:F0}/s");

        var half = await server.OpenAsync(path, capacity * HalfLoad, warmup: 2, seconds, cancellationToken);
        Console.WriteLine($"  half load: {half.Ok} of {half.Total} served, p99 {half.P99Ms:F0} ms");

        using var done = new CancellationTokenSource();
        var probe = server.ProbeAsync(done.Token);
        var ordinary = server.OpenAsync(path, capacity * (Overload - CriticalShare), warmup: 2, seconds, cancellationToken);
        var important = server.OpenAsync(critical, capacity * CriticalShare, warmup: 2, seconds, cancellationToken);
        var (rest, first) = (await ordinary, await important);
        await done.CancelAsync();
        var (slowest, failed) = await probe;

        // From two seconds after the load has ended nobody may be refused any more.
        var after = await server.OpenAsync(path, capacity * HalfLoad, warmup: 2, seconds / 2, cancellationToken);
        var goodput = (rest.GoodPerSecond + first.GoodPerSecond) / capacity;
        var shed = await server.ShedAsync(cancellationToken);
        Console.WriteLine($"  {string.Join("\n  ", shed)}");
        Console.WriteLine(
            $"  {Overload}x: goodput {goodput:P0}, p99 {rest.P99Ms:F0} ms, critical {InTime(first):P1} in time, p99 {first.P99Ms:F0} ms, slowest probe {slowest.TotalMilliseconds:F0} ms");

        Require(report, handler, "goodput at least 90 % of capacity", goodput >= 0.9, $"{goodput:P0}");
        Require(report, handler, "p99 of the admitted at most 250 ms", Math.Max(rest.P99Ms, first.P99Ms) <= 250, $"{rest.P99Ms:F0} and {first.P99Ms:F0} ms");
        Require(report, handler, "critical requests at least 99 % in time", InTime(first) >= 0.99, $"{InTime(first):P2}");
        Require(report, handler, "/healthz never above 1 s", slowest < TimeSpan.FromSeconds(1) && failed == 0, $"{slowest.TotalMilliseconds:F0} ms, {failed} failed");
        Require(report, handler, "false sheds at most 0.5 % at half load", Share(half) >= 0.995, $"{1 - Share(half):P2}");
        Require(report, handler, "back to normal 2 s after the load", Share(after) >= 0.995, $"{1 - Share(after):P2} refused");
        report.Add(handler.TrimStart('/'), new
        {
            capacity,
            half,
            overload = new { goodput, ordinary = rest, critical = first, slowestProbeMs = slowest.TotalMilliseconds },
            after,
            shed,
            peers = withPeers ? await PeersAsync(path, critical, capacity, seconds / 2, cancellationToken) : [],
        });
    }

    private static async Task<List<object>> PeersAsync(string path, string critical, double capacity, double seconds, CancellationToken cancellationToken)
    {
        var results = new List<object>();
        foreach (var (peer, permits) in Permits.Select(permits => ("rate-limiter", (int?)permits)).Prepend(("nothing", null)))
        {
            await using var server = await OverloadServer.StartAsync(peer, permits, cancellationToken);
            await server.ClosedAsync(path, connections: 4, 1, cancellationToken);
            var ordinary = server.OpenAsync(path, capacity * (Overload - CriticalShare), warmup: 2, seconds, cancellationToken);
            var important = server.OpenAsync(critical, capacity * CriticalShare, warmup: 2, seconds, cancellationToken);
            var (rest, first) = (await ordinary, await important);
            var goodput = (rest.GoodPerSecond + first.GoodPerSecond) / capacity;
            Console.WriteLine($"  {peer} {permits}: goodput {goodput:P0}, p99 {rest.P99Ms:F0} ms, critical {InTime(first):P1} in time");
            results.Add(new { peer, permits, goodput, p99Ms = rest.P99Ms, critical = InTime(first) });
        }

        return results;
    }

    private static double Share(LoadResult result) => result.Total == 0 ? 0 : (double)result.Ok / result.Total;

    // Whoever refuses nothing serves all in the end, when nobody waits for it any more.
    private static double InTime(LoadResult result) => result.Total == 0 ? 0 : result.GoodPerSecond * result.Seconds / result.Total;

    private static void Require(DrillReport report, string handler, string bar, bool held, string seen) =>
        report.Require($"{handler}: {bar}", held, seen);
}
