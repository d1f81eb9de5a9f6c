namespace CrashShield.Drills.Leaks;

/// <summary>Leaks that are seeded into real load are named and counted within a minute, all of them; bursts that are none stay silent.</summary>
internal sealed class LeaksDrill : IDrill
{
    private const double NamedWithinSeconds = 60;

    // Leaks:StuckAfter is a minute, and the monitor looks once a second, as the drill does.
    private const double StuckCountedWithinSeconds = 65;
    private const double LeastServed = 0.99;
    private const int Shown = 3;

    public string Name => "leaks";

    public string Description => "1 % of 500 requests/s leak: named and counted within 60 s; bursts to 10x are no leak; 10,000 of 10,000 are found";

    public async Task<DrillReport> RunAsync(DrillOptions options, CancellationToken cancellationToken)
    {
        var random = new Random(options.Seed);
        var report = new DrillReport(options);
        report.Add("seed", options.Seed);
        Console.WriteLine($"seed {options.Seed}");

        await RunAsync(report, "abandoned", LeakKind.Abandoned, NamedWithinSeconds, random, isEnoughWhenFound: options.IsShort, cancellationToken);
        if (!options.IsShort)
            await RunAsync(report, "hanging", LeakKind.Hanging, StuckCountedWithinSeconds, random, isEnoughWhenFound: true, cancellationToken);
        await RunBurstsAsync(report, random, options.IsShort ? TimeSpan.FromSeconds(20) : TimeSpan.FromMinutes(10), cancellationToken);
        await RunAllAsync(report, cancellationToken);
        return report;
    }

    private static async Task RunAsync(
        DrillReport report, string what, LeakKind kind, double countedWithin, Random random, bool isEnoughWhenFound, CancellationToken cancellationToken)
    {
        Console.WriteLine($"500 requests/s, one in a hundred leaks: {kind.Task} from {kind.Site}");
        var run = await new SeededLeak(kind, random).RunAsync(TimeSpan.FromSeconds(countedWithin + 5), isEnoughWhenFound, cancellationToken);
        Console.WriteLine($"  {run.Leaked} leaked; reported after {run.ReportedAfter:F1} s, as a surge after {run.SurgeAfter:F1} s, counted after {run.CountedAfter:F1} s; {run.Load.Ok} of {run.Load.Total} served");
        report.Add(what, run);
        report.Require($"{what}: named in the log within {NamedWithinSeconds} s", run.NamedAfter <= NamedWithinSeconds, $"{run.NamedAfter:F1} s");
        report.Require($"{what}: counted in /metrics within {countedWithin} s", run.CountedAfter <= countedWithin, $"{run.CountedAfter:F1} s");
        report.Require($"{what}: never more counted than leaked", run.Counted <= run.Leaked, $"{run.Counted} of {run.Leaked}");
        report.RequireNoneShed(what, run.Load.Shed, run.Load.Total);
        report.Require($"{what}: nothing else is called a leak", run.Others.Count == 0, $"{run.Others.Count} {string.Join("; ", run.Others.Take(Shown))}");
    }

    private static async Task RunBurstsAsync(DrillReport report, Random random, TimeSpan duration, CancellationToken cancellationToken)
    {
        Console.WriteLine($"bursts to ten times the load for {duration}");
        var run = await new Bursts(random).RunAsync(duration, cancellationToken);
        Console.WriteLine($"  {run.Bursts} bursts, {run.Ok} of {run.Total} requests served");
        report.Add("bursts", run);
        report.Require(
            "bursts: no leak in the log or in /metrics", run.IsSilent, $"{run.Reports!.Count} in the log, {run.Counted} counted {string.Join("; ", run.Reports.Take(Shown))}");
        report.Require("bursts: no pressure from leaks", run.Pressure == 0, $"{run.Pressure}");
        report.Require("bursts: at least 99 % of the requests served", run.ServedShare >= LeastServed, $"{run.ServedShare:P2}");
        report.RequireNoneShed("bursts", run.Shed, run.Total);
        report.Require("bursts: a leak after them is named and counted", run.ControlFound, run.ControlFound ? "1 of 1" : "0 of 1");
    }

    private static async Task RunAllAsync(DrillReport report, CancellationToken cancellationToken)
    {
        Console.WriteLine($"{AllAbandoned.Count} tasks abandoned by one request");
        var run = await AllAbandoned.RunAsync(cancellationToken);
        Console.WriteLine($"  {run}");
        report.Add("all", run);
        report.Require(
            $"all {AllAbandoned.Count} are found, each once", run.Counted == AllAbandoned.Count, $"{run.Counted}, {run.ByItself} of them before a full collection");
        report.RequireNoneShed("all: established sessions while the circuit is open", run.Shed, run.Served + run.Shed);
        report.Require("all: named in the log", run.IsNamed, $"{run.IsNamed}");
        report.Require("all: the pressure of leaks is 1", run.Pressure == 1, $"{run.Pressure}");
    }
}
