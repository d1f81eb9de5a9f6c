using System.Globalization;
using CrashShield.Drills.Processes;
using CrashShield.Load;

namespace CrashShield.Drills.Restart;

/// <summary>Hot restarts under load: what clients notice of them, beside nginx and haproxy with the same clients in the same run.</summary>
internal sealed class RestartDrill : IDrill
{
    // All servers at the same pace, so that as many answers lie between two restarts.
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(4);
    private const double MeasureSeconds = 5;
    private const double MaxP999Ms = 35;
    private const double MaxMs = 105;
    private const double MaxSwapMs = 5;

    public string Name => "restart";

    public string Description => "100 hot restarts under five kinds of load and at half of the capacity: failed and shed requests, latency, beside nginx and haproxy";

    public async Task<DrillReport> RunAsync(DrillOptions options, CancellationToken cancellationToken)
    {
        var report = new DrillReport(options);
        InitSample.TellChanges(report);
        report.Change("crashshield-init --probation", "1s", "a restart every 4 s, for which the old worker has to be gone");
        using var init = await Published.PublishAsync(cancellationToken);
        var (compared, all) = options.IsShort ? (2, 3) : (20, 100);
        await ComparePeersAsync(report, init, compared, options.IsShort, cancellationToken);
        await RunKindsAsync(report, init, all, cancellationToken);
        await RunHalfAsync(report, init, all, cancellationToken);
        return report;
    }

    private static async Task ComparePeersAsync(DrillReport report, Published init, int restarts, bool isShort, CancellationToken cancellationToken)
    {
        var ours = await CompareAsync(report, await StartAsync(init, cancellationToken), restarts, cancellationToken);
        Require(report, ours, isShort);
        if (report.Has(Nginx.Program))
        {
            var nginx = await CompareAsync(report, await Nginx.StartAsync(cancellationToken), restarts, cancellationToken);
            if (!isShort)
                report.Require("p99.9 below nginx's", ours.P999Ms < nginx.P999Ms, $"{ours.P999Ms:F1} and {nginx.P999Ms:F1} ms");
        }

        if (report.Has(Haproxy.Program))
            await CompareAsync(report, await Haproxy.StartAsync(cancellationToken), restarts, cancellationToken);
    }

    private static async Task RunKindsAsync(DrillReport report, Published init, int restarts, CancellationToken cancellationToken)
    {
        await using var sample = await StartAsync(init, cancellationToken);
        var results = await RunAsync(sample, RestartLoad.All, restarts, cancellationToken);
        foreach (var (load, result) in RestartLoad.All.Zip(results))
        {
            Console.WriteLine($"{load.Name}: {restarts} restarts, {Tell(result)}");
            report.Require($"{load.Name}, {restarts} restarts: no request failed", result.IsAllOk, Tell(result));
        }

        report.RequireNoneShed($"all kinds, {restarts} restarts", results.Sum(result => result.Shed), results.Sum(result => result.Total));
        await RequireSwapsAsync(report, "all kinds", sample, restarts, cancellationToken);
        report.Add("kinds", RestartLoad.All.Zip(results).Select(pair => new { pair.First.Name, Result = pair.Second }));
    }

    private static async Task RunHalfAsync(DrillReport report, Published init, int restarts, CancellationToken cancellationToken)
    {
        await using var sample = await StartAsync(init, cancellationToken);
        var capacity = await RestartLoad.Capacity.RunAsync(sample.Url(RestartEndpoint.Http), MeasureSeconds, cancellationToken);
        var load = RestartLoad.Open("half of the capacity", capacity.PerSecond / 2);
        Console.WriteLine($"capacity, measured with {RestartLoad.Capacity.Connections} clients: {capacity.PerSecond:F0} requests/s");
        var result = (await RunAsync(sample, [load], restarts, cancellationToken))[0];
        Console.WriteLine($"{load.Name}: {restarts} restarts, {Tell(result)}");
        report.Require($"{load.Name}, {restarts} restarts: no request failed", result.IsAllOk, $"{result.PerSecond:F0} of {capacity.PerSecond:F0} requests/s; {Tell(result)}");
        report.RequireNoneShed($"{load.Name}, {restarts} restarts", result.Shed, result.Total);
        await RequireSwapsAsync(report, load.Name, sample, restarts, cancellationToken);
        report.Add("half", new { capacity, result });
    }

    private static Task<InitSample> StartAsync(Published init, CancellationToken cancellationToken) => InitSample.StartAsync(init, ["--probation", "1s"], cancellationToken);

    private static async Task<LoadResult> CompareAsync(DrillReport report, IRestarting started, int restarts, CancellationToken cancellationToken)
    {
        await using var server = started;
        var result = (await RunAsync(server, [RestartLoad.KeepAlive], restarts, cancellationToken))[0];
        report.Add(server.Name, result);
        Console.WriteLine($"{server.Name}: {restarts} restarts, {Tell(result)}");
        if (server is InitSample underInit)
            await RequireSwapsAsync(report, "keep-alive alone", underInit, restarts, cancellationToken);
        return result;
    }

    private static async Task<LoadResult[]> RunAsync(IRestarting server, RestartLoad[] loads, int restarts, CancellationToken cancellationToken)
    {
        // What takes longest is known only in the end: the clients go on for as long as the restarts have taken.
        var seconds = (restarts + 1) * Pace.TotalSeconds;
        var running = loads.Select(load => load.RunAsync(server.Url(load.Endpoint)!, seconds, cancellationToken)).ToArray();
        using var pace = new PeriodicTimer(Pace);
        for (var i = 0; i < restarts; i++)
        {
            var started = TimeProvider.System.GetTimestamp();
            await server.RestartAsync(cancellationToken);
            if (TimeProvider.System.GetElapsedTime(started) > Pace)
                Console.WriteLine($"  restart {i + 1} took {TimeProvider.System.GetElapsedTime(started).TotalSeconds:F1} s");
            await pace.WaitForNextTickAsync(cancellationToken);
        }

        return await Task.WhenAll(running);
    }

    private static void Require(DrillReport report, LoadResult result, bool isShort)
    {
        report.Require("no request failed", result.IsAllOk, Tell(result));
        report.RequireNoneShed("keep-alive alone", result.Shed, result.Total);
        // A few restarts are too few for a thousandth.
        if (isShort)
            return;
        report.Require($"p99.9 at most {MaxP999Ms} ms", result.P999Ms <= MaxP999Ms, $"{result.P999Ms:F1} ms");
        report.Require($"max at most {MaxMs} ms", result.MaxMs <= MaxMs, $"{result.MaxMs:F1} ms");
    }

    private static async Task RequireSwapsAsync(DrillReport report, string name, InitSample sample, int restarts, CancellationToken cancellationToken)
    {
        var swaps = await sample.Log.SwapsAsync(restarts, cancellationToken);
        // Below zero when there was no gap.
        var gap = -swaps.Min(swap => (double?)swap.OverlapMs) ?? double.NaN;
        var seen = swaps.Length == 0 ? "none told" : string.Create(
            CultureInfo.InvariantCulture,
            $"{swaps.Length} told, the new one accepted {Median.Of(swaps.Select(swap => swap.OverlapMs)):F1} ms before the old one had paused (median), at least {-gap:F1} ms, at most {swaps.Max(swap => swap.OverlapMs):F1} ms");
        Console.WriteLine($"{name}: {seen}");
        report.Require($"{name}, {restarts} restarts: from old paused to new accepting at most {MaxSwapMs} ms", swaps.Length == restarts && gap <= MaxSwapMs, seen);
        report.Add($"swaps, {name}", swaps);
    }

    private static string Tell(LoadResult result) =>
        $"{result.Ok} answered, {result.ReusedDied} reused connections died, {result.Refused} refused, {result.Shed} shed, {result.Reset} reset, {result.Truncated} truncated, {result.WrongStatus} other statuses; p99.9 {result.P999Ms:F1} ms, max {result.MaxMs:F1} ms";
}
