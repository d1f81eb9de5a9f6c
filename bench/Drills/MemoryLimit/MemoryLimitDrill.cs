namespace CrashShield.Drills.MemoryLimit;

/// <summary>A leak of 20 MiB a second in a container of 200 MiB: it is refused in time and the process lives. Without shedding the same leak kills it.</summary>
internal sealed class MemoryLimitDrill : IDrill
{
    private const int KilledStatus = 137;
    private const double LeastSecondsLeft = 5;

    private const string Admission = "CrashShield:Admission:Enabled";

    public string Name => "memory-limit";

    public string Description => "a leak of 20 MiB/s in a cgroup of 200 MiB: refused 5 s before the limit, alive, recovered; killed without shedding";

    public async Task<DrillReport> RunAsync(DrillOptions options, CancellationToken cancellationToken)
    {
        var report = new DrillReport(options);
        report.Change(Admission, "false", "only in the control, which shows what the leak does to a process that refuses nothing");
        var plain = await new Leak([$"--{Admission}", "false"]).RunAsync(cancellationToken);
        Console.WriteLine($"without shedding: {plain}");
        var runs = new List<LeakRun>();
        for (var i = 0; i < (options.IsShort ? 1 : 10); i++)
        {
            runs.Add(await new Leak([]).RunAsync(cancellationToken));
            Console.WriteLine($"with the shield, {i + 1}: {runs[^1]}");
        }

        report.Add("limitMebibytes", Leak.LimitMebibytes);
        report.Add("plain", plain);
        report.Add("runs", runs);
        var least = runs.Min(run => run.SecondsLeft ?? 0);
        report.Require($"refused at least {LeastSecondsLeft} s before the limit", least >= LeastSecondsLeft, $"{least:F1} s at least");
        report.Require("alive afterwards", runs.TrueForAll(run => run is { Alive: true, Status: 0, Killed: 0 }), $"{runs.Count(run => run.Alive)} of {runs.Count}");
        report.Require(
            "recovers", runs.TrueForAll(run => run.RecoveredAfterSeconds is not null), $"{runs.Max(run => run.RecoveredAfterSeconds):F0} s after the refusal at most");
        report.Require("without shedding the leak kills", plain is { Status: KilledStatus, Killed: > 0 }, $"status {plain.Status}");
        return report;
    }
}
