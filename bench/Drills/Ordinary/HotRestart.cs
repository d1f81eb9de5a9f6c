using CrashShield.Drills.Processes;
using CrashShield.Drills.Restart;

namespace CrashShield.Drills.Ordinary;

/// <summary>
/// A hot restart in the middle of ordinary load. Without the product there is none: what it is compared with is the same sample, under the same load, that is not restarted.
/// </summary>
internal static class HotRestart
{
    public const string Name = "hot-restart";

    private static readonly OrdinaryLoad[] Loads = [OrdinaryLoad.Open("/version", 300), OrdinaryLoad.Open("/drill/work?ms=50", 100)];
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(1);

    /// <summary>Says what does not run with its default.</summary>
    public static void TellChanges(DrillReport report)
    {
        InitSample.TellChanges(report);
        report.Change("crashshield-init --probation", "1s", "the restart is to be over within the load");
    }

    public static async Task<Comparison> CompareAsync(double seconds, CancellationToken cancellationToken)
    {
        using var program = await Published.PublishAsync(cancellationToken);
        var without = await RunAsync(program, seconds, restarts: false, cancellationToken);
        return new(Name, Fits: true, without, await RunAsync(program, seconds, restarts: true, cancellationToken));
    }

    private static async Task<KindSide> RunAsync(Published program, double seconds, bool restarts, CancellationToken cancellationToken)
    {
        await using var sample = await InitSample.StartAsync(program, ["--probation", "1s"], cancellationToken);
        var server = new Uri(sample.Url(RestartEndpoint.Http), "/");
        var first = await sample.VersionAsync(version => version is not null, cancellationToken);
        await Task.Delay(Settle, cancellationToken);
        var watch = new ServerWatch(first.Pid, health: null);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watching = watch.RunAsync(over.Token);
        var running = Task.WhenAll(Loads.Select(load => load.RunAsync(server, seconds, core: null, cancellationToken)));
        if (restarts)
        {
            await Task.Delay(TimeSpan.FromSeconds(seconds / 4), cancellationToken);
            await sample.RestartAsync(cancellationToken);
        }

        var results = await running;
        await over.CancelAsync();
        await watching;
        return KindSide.Of([.. Loads.Zip(results)], seconds, beside: null, watch, await Health.AskAsync(server, cancellationToken));
    }
}
