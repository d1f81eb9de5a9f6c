using CrashShield.Drills.Processes;

namespace CrashShield.Drills.PidOne;

/// <summary>crashshield-init as PID 1: orphans, exit codes, and what it uses after many hot restarts.</summary>
internal sealed class PidOneDrill : IDrill
{
    private const int Orphans = 1_000;
    private const long MaxResident = 6 << 20;
    // What is made once, at the first hot restart, is not what the bar is about.
    private const int Before = 2;
    private static readonly TimeSpan OrphansWithin = TimeSpan.FromMinutes(1);

    // Each inner shell ends at once and leaves its child to PID 1. Zombies are counted when no orphan lives any more, or after the tries.
    private const string Script = """
        i=0
        while [ $i -lt ORPHANS ]; do sh -c 'sh -c "exit 0" & exit 0'; i=$((i + 1)); done
        n=0
        while [ "$(ls -d /proc/[0-9]* | wc -l)" -gt 4 ] && [ $n -lt TRIES ]; do sleep 0.05; n=$((n + 1)); done
        echo "zombies $(grep -l '^State:.Z' /proc/[0-9]*/status 2>/dev/null | wc -l)"
        """;

    private static readonly (string Script, int Code)[] Ends =
    [
        ("exit 0", 0), ("exit 3", 3), ("kill -TERM $$", 128 + UnixSignal.Term), ("kill -SEGV $$", 128 + UnixSignal.Segv), ("kill -ABRT $$", 128 + UnixSignal.Abrt),
    ];

    public string Name => "pid1";

    public string Description => "crashshield-init as PID 1: 1,000 orphans, exit codes, memory and descriptors after 100 hot restarts";

    public async Task<DrillReport> RunAsync(DrillOptions options, CancellationToken cancellationToken)
    {
        if (Environment.UserName != "root")
            throw new InvalidOperationException("A PID namespace needs root.");

        var report = new DrillReport(options);
        using var native = await Published.PublishAsync(cancellationToken);
        await ReapAsync(report, native.Init, cancellationToken);
        await EndAsync(report, native.Init, cancellationToken);
        await RestartAsync(report, native.Init, options.IsShort ? 20 : 100, cancellationToken);
        return report;
    }

    private static async Task ReapAsync(DrillReport report, string program, CancellationToken cancellationToken)
    {
        await using var init = new PidNamespace([program, "--restarts", "0/60s", "--", "sh", "-c", OrphansOf(tries: 200)]);
        var left = await init.ReadNumberAsync("zombies", OrphansWithin, cancellationToken);
        // sleep(1) waits for nobody.
        await using var sleep = new PidNamespace(["sh", "-c", "sh -c \"$0\" & exec sleep 600", OrphansOf(tries: 20)]);
        var control = await sleep.ReadNumberAsync("zombies", OrphansWithin, cancellationToken);

        Console.WriteLine($"{Orphans} orphans leave {left} zombies; {control} with a PID 1 that reaps none");
        report.Require($"{Orphans} orphans leave no zombie", left == 0, $"{left}");
        report.Require("with a PID 1 that reaps none they do, or the drill would see nothing", control >= Orphans, $"{control}");
        report.Add("zombies", left);
        report.Add("zombiesControl", control);
    }

    private static async Task EndAsync(DrillReport report, string program, CancellationToken cancellationToken)
    {
        var seen = new List<(string Script, int Code, int Status)>();
        foreach (var (script, code) in Ends)
        {
            await using var init = new PidNamespace([program, "--restarts", "0/60s", "--", "sh", "-c", script]);
            seen.Add((script, code, await init.WaitForExitAsync(cancellationToken)));
        }

        var told = string.Join(", ", seen.Select(end => $"{end.Script}: {end.Status}"));
        Console.WriteLine(told);
        report.Require("the exit code is the command's, as a shell has it", seen.TrueForAll(end => end.Code == end.Status), told);
        report.Add("exits", seen.Select(end => new { end.Script, end.Code, end.Status }));
    }

    private static async Task RestartAsync(DrillReport report, string program, int restarts, CancellationToken cancellationToken)
    {
        await using var probe = new RestartedProbe(program);
        await probe.FootprintAsync(1, cancellationToken);
        var first = await RestartAsync(probe, 1, Before, cancellationToken);
        var last = await RestartAsync(probe, 1 + Before, restarts, cancellationToken);

        Console.WriteLine($"{restarts} hot restarts: {first.Descriptors} descriptors before and {last.Descriptors} after, {Megabytes(last.ResidentBytes)} resident, {Megabytes(last.PeakBytes)} at most");
        report.Require($"{restarts} hot restarts: as many descriptors as before", first.Descriptors == last.Descriptors, $"{first.Descriptors} and {last.Descriptors}");
        report.Require($"{restarts} hot restarts: never more than {Megabytes(MaxResident)} resident", last.PeakBytes <= MaxResident, Megabytes(last.PeakBytes));
        report.Add("before", first);
        report.Add("after", last);
    }

    private static async Task<InitFootprint> RestartAsync(RestartedProbe probe, int generation, int times, CancellationToken cancellationToken)
    {
        for (var i = 0; i < times; i++)
            await probe.RestartAsync(cancellationToken);
        return await probe.FootprintAsync(generation + times, cancellationToken);
    }

    private static string OrphansOf(int tries) => Script.Replace("ORPHANS", $"{Orphans}", StringComparison.Ordinal).Replace("TRIES", $"{tries}", StringComparison.Ordinal);

    private static string Megabytes(long bytes) => FormattableString.Invariant($"{bytes / 1024.0 / 1024:F1} MiB");
}
