using CrashShield.Drills.Processes;
using CrashShield.Load;

namespace CrashShield.Drills.Restart;

/// <summary>
/// Slow downloads over hot restarts, and the listening sockets after each: what one process does to a socket that it shares shows in the next one, and small answers never show it.
/// </summary>
internal sealed class DownloadsDrill : IDrill
{
    private const string Path = "/drill/download?mb=3";
    private const int MaxBacklog = 4096;
    private const int Control = 3;
    private const double Fast = 500_000;

    // Bytes a second: 3 MiB take 6 to 21 s.
    private static readonly double[] Rates = [150_000, 200_000, 300_000, 400_000, Fast];
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(800);

    public string Name => "downloads";

    public string Description => "100 slow downloads of 3 MiB over 20 hot restarts: none is cut, and the listening sockets stay as they were";

    public async Task<DrillReport> RunAsync(DrillOptions options, CancellationToken cancellationToken)
    {
        var report = new DrillReport(options);
        InitSample.TellChanges(report);
        report.Change("crashshield-init --probation", "1s", "the restarts follow each other within seconds");
        var restarts = options.IsShort ? 3 : 20;
        using var init = await Published.PublishAsync(cancellationToken);
        await using var sample = await InitSample.StartAsync(init, ["--probation", "1s"], cancellationToken);
        var target = Target.Parse(new Uri(sample.Url(RestartEndpoint.Http), Path).ToString());
        var before = Listeners(sample);
        var running = new List<Task<SlowDownload>>();
        var changed = new List<string>();
        for (var i = 0; i < restarts; i++)
        {
            var restart = sample.CommandAsync("restart", cancellationToken);
            using var pace = new PeriodicTimer(Between);
            foreach (var rate in Rates)
            {
                running.Add(SlowDownload.RunAsync(target, rate, () => sample.Log.Swaps, cancellationToken));
                await pace.WaitForNextTickAsync(cancellationToken);
            }

            if (await restart is { Exit: not 0, Lines: var lines })
                throw new InvalidOperationException($"Restart {i + 1} failed: {string.Join(' ', lines)}");
            if (Listeners(sample) is var after && !after.SequenceEqual(before))
                changed.Add($"after restart {i + 1}: {Tell(after)}");
        }

        var downloads = await Task.WhenAll(running);
        Require(report, downloads, restarts, await sample.Log.SwapsAsync(restarts, cancellationToken));
        Require(report, before, changed, restarts);
        await ControlAsync(report, sample, target, cancellationToken);
        return report;
    }

    private static void Require(DrillReport report, SlowDownload[] downloads, int restarts, Swap[] swaps)
    {
        var whole = downloads.Count(download => download.Outcome == Outcome.Ok);
        var outlasted = downloads.Select(download => (double)download.Outlasted).ToArray();
        var seen = string.Join(", ", [
            $"{whole} of {downloads.Length} whole", .. downloads.Where(download => download.Outcome != Outcome.Ok).Select(download => $"{download.Outcome} after {download.Bytes} bytes")]);
        Console.WriteLine($"{downloads.Length} downloads over {restarts} restarts: {seen}; each outlasted {outlasted.Min()} to {outlasted.Max()} of them, half of all {Median.Of(outlasted)} or more");
        report.Require($"{downloads.Length} slow downloads over {restarts} restarts: none is cut", whole == downloads.Length, seen);
        report.Require("at least nine tenths outlast a restart, or the drill would see nothing", outlasted.Count(count => count > 0) >= 0.9 * downloads.Length, $"{outlasted.Count(count => count > 0)} of {downloads.Length}");
        report.Add("outlasted", outlasted);
        report.Add("swaps", swaps);
    }

    private static void Require(DrillReport report, ListenerState?[] before, List<string> changed, int restarts)
    {
        // What the init asks for and the kernel allows.
        var backlog = Math.Min(MaxBacklog, int.Parse(File.ReadAllText("/proc/sys/net/core/somaxconn")));
        Console.WriteLine($"listening sockets before the first restart: {Tell(before)}; changed: {(changed is [] ? "never" : string.Join("; ", changed))}");
        report.Require(
            $"listening sockets are as the init has made them: SO_LINGER off, a backlog of {backlog}",
            before.All(listener => listener is { Listens: true, Lingers: false } && listener.Backlog == backlog), Tell(before));
        report.Require($"they are the same, and the same so, after each of {restarts} restarts", changed is [], changed is [] ? "no change" : changed[0]);
        report.Add("listeners", before);
    }

    /// <summary>The same downloads from a listening socket that was left as .NET leaves it: they have to be cut, and the sockets to be found changed.</summary>
    private static async Task ControlAsync(DrillReport report, InitSample sample, Target target, CancellationToken cancellationToken)
    {
        ListenerState.Poison(sample.InitId, target.EndPoint.Port);
        var poisoned = ListenerState.Of(sample.InitId, target.EndPoint.Port);
        var downloads = await Task.WhenAll(Enumerable.Range(0, Control).Select(_ => SlowDownload.RunAsync(target, Fast, () => sample.Log.Swaps, cancellationToken)));
        var cut = downloads.Count(download => download.Outcome == Outcome.Truncated);
        Console.WriteLine($"with SO_LINGER {{1, 0}}: {cut} of {Control} cut, after {string.Join(", ", downloads.Select(download => download.Bytes))} bytes");
        report.Require(
            "with SO_LINGER on, it is seen and downloads are cut, or the drill would see nothing", poisoned is { Lingers: true } && cut > 0, $"{poisoned}, {cut} of {Control} cut");
    }

    private static ListenerState?[] Listeners(InitSample sample) =>
        [.. Enum.GetValues<RestartEndpoint>().Select(endpoint => ListenerState.Of(sample.InitId, sample.Url(endpoint).Port))];

    private static string Tell(ListenerState?[] listeners) => string.Join(", ", listeners.Select(
        listener => listener is null ? "gone" : $"SO_LINGER {(listener.Lingers ? "on" : "off")}, backlog {listener.Backlog}{(listener.Listens ? "" : ", does not listen")}"));
}
