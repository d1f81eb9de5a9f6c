using CrashShield.Drills.Processes;

namespace CrashShield.Drills.Chaos;

/// <summary>What happens to a service in months, in random order within seconds: each request is answered unless its own process was killed, and nothing is left behind.</summary>
internal sealed class ChaosDrill : IDrill
{
    private const int Seeds = 20;
    private static readonly TimeSpan Each = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    public string Name => "chaos";

    public string Description => "hot restarts, kills, freezes, stops of the group, full disks, clock jumps and changed settings in random order under load, 20 seeds; --seed N replays one";

    public async Task<DrillReport> RunAsync(DrillOptions options, CancellationToken cancellationToken)
    {
        var report = new DrillReport(options);
        report.Change("crashshield-init --spare", "on", "a spare is among what is killed");
        report.Change("crashshield-init --probation", "1s", "several hot restarts fit into a run");
        report.Change("crashshield-init --restarts", ChaosService.Restarts, "the drill kills more often than the default restart intensity allows");
        using var program = await Published.PublishAsync(cancellationToken);
        foreach (var (seed, duration) in RunsOf(options))
        {
            Console.WriteLine($"seed {seed}, {duration.TotalSeconds:F0} s");
            var run = await new ChaosRun(program, seed, duration).RunAsync(cancellationToken);
            Console.WriteLine($"seed {seed}: {run}");
            report.Require($"seed {seed}, {duration.TotalSeconds:F0} s: each request is answered unless its process was killed, nothing is left behind", run.Faults is [], run.ToString());
            report.Add($"seed {seed}", run);
        }

        return report;
    }

    private static IEnumerable<(int Seed, TimeSpan Duration)> RunsOf(DrillOptions options)
    {
        if (options.IsSeeded)
            return [(options.Seed, Each)];
        if (options.IsShort)
            return [(1, Each)];
        return [.. Enumerable.Range(1, Seeds).Select(static seed => (seed, Each)), (Seeds + 1, Longest)];
    }
}
