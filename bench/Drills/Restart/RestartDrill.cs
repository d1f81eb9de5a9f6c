using System.Globalization;
using CrashShield.Drills.Processes;
using CrashShield.Load;

namespace CrashShield.Drills.Restart;

/// <summary>Hot restarts under load: what clients notice of them, beside nginx and haproxy with the same clients in the same run.</summary>
internal sealed class RestartDrill : IDrill
{
    // All servers at the same pace, so that as many answers lie between two restarts.
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(4);
    private const double MaxP999Ms = 35;
    private const double MaxMs = 105;
    private const double MaxSwapMs = 5;

    public string Name => "restart";

    public string Description => "100 hot restarts under five kinds of load: failed requests and latency, beside nginx and haproxy";

    public async Task<DrillReport> RunAsync(DrillOptions options, CancellationToken cancellationToken)
    {
        var report = new DrillReport(options);
        using var init = await Published.PublishAsync(cancellationToken);
        var (compared, all) = options.IsShort ? (2, 3) : (20, 100);
        var ours = await CompareAsync(report, await InitSample.StartAsync(init, ["--probation", "1s"], [], cancellationToken), compared, cancellationToken);
        Require(report, ours, options.IsShort);
        if (report.Has(Nginx.Program))
        {
            var nginx = await CompareAsync(report, await Nginx.StartAsync(cancellationToken), compared, cancellationToken);
            if (!options.IsShort)
                report.Require("p99.9 below nginx's", ours.P999Ms < nginx.P999Ms, $"{ours.P999Ms:F1} and {nginx.P999Ms:F1} ms");
        }

        if (report.Has(Haproxy.Program))
            await CompareAsync(report, await Haproxy.StartAsync(cancellationToken), compared, cancellationToken);

        await using var sample = await InitSample.StartAsync(init, ["--probation", "1s"], [], cancellationToken);
        var results = await RunAsync(sample, RestartLoad.All, all, cancellationToken);
        foreach (var (load, result) in RestartLoad.All.Zip(results))
        {
            Console.WriteLine($"{load.Name}: {all} restarts, {Tell(result)}");
            report.Require($"{load.Name}, {all} restarts: no request failed", result.IsAllOk, Tell(result));
        }

        await RequireSwapsAsync(report, "all kinds", sample, all, cancellationToken);
        report.Add("kinds", RestartLoad.All.Zip(results).Select(pair => new { pair.First.Name, Result = pair.Second }));
        return report;
    }

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
        $"{result.Ok} answered, {result.ReusedDied} reused connections died, {result.Refused} refused, {result.Reset} reset, {result.Truncated} truncated, {result.WrongStatus} other statuses; p99.9 {result.P999Ms:F1} ms, max {result.MaxMs:F1} ms";
}
