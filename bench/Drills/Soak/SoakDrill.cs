using CrashShield.Drills.Processes;

namespace CrashShield.Drills.Soak;

/// <summary>Thousands of random failures against the real sample: it stays up, each is counted and logged once, and nothing is kept.</summary>
internal sealed class SoakDrill : IDrill
{
    private const int Concurrency = 64;
    private const long MaxManagedGrowth = 4 << 20;
    private const long MaxResidentGrowth = 32 << 20;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    // It drains first, for seven seconds.
    private static readonly TimeSpan EndDeadline = TimeSpan.FromSeconds(20);

    public string Name => "soak";

    public string Description => "10,000 random failing requests: the process lives, the counts are exact, connections and memory come back";

    public async Task<DrillReport> RunAsync(DrillOptions options, CancellationToken cancellationToken)
    {
        var (warmup, requests) = options.IsShort ? (2_000, 2_000) : (2_000, 10_000);
        await using var sample = await Sample.StartAsync(cancellationToken);
        Console.WriteLine($"sample is process {sample.Id} at {sample.Address}; seed {options.Seed}");
        var storm = new Storm(sample, new Random(options.Seed), Concurrency);
        Memory before, after;
        using (storm)
        {
            Console.WriteLine($"warm-up: {warmup} failing requests on {Concurrency} connections");
            await storm.RunAsync(warmup, cancellationToken);
            before = await sample.MemoryAsync(cancellationToken);
            Console.WriteLine($"  {before}");
            Console.WriteLine($"soak: {requests} failing requests");
            await storm.RunAsync(requests, cancellationToken);
            after = await sample.MemoryAsync(cancellationToken);
            Console.WriteLine($"  {after}");
        }

        var report = new DrillReport(options);
        report.Add("seed", options.Seed);
        report.Add("requests", warmup + requests);
        report.Add("memory", new { before, after });
        var surprises = storm.Surprises;
        report.Require("every answer as expected", surprises.IsEmpty, surprises.IsEmpty ? $"{warmup + requests}" : $"{surprises.Count} not, as {surprises.First()}");
        Remember(report, before, after);
        await CheckConnectionsAsync(report, sample, cancellationToken);
        await CheckCountsAsync(report, sample, storm, cancellationToken);
        report.Require("lives and is healthy", sample.IsRunning && await sample.IsHealthyAsync(cancellationToken), $"process {sample.Id}");
        await CheckEndAsync(report, sample, storm, cancellationToken);
        return report;
    }

    private static void Remember(DrillReport report, Memory before, Memory after)
    {
        var (managed, resident) = (after.Managed - before.Managed, after.Resident - before.Resident);
        report.Require($"managed heap grows by at most {MaxManagedGrowth >> 20} MB", managed <= MaxManagedGrowth, $"{managed / 1048576.0:F1} MB");
        report.Require($"resident memory grows by at most {MaxResidentGrowth >> 20} MB", resident <= MaxResidentGrowth, $"{resident / 1048576.0:F1} MB");
    }

    private static async Task CheckConnectionsAsync(DrillReport report, Sample sample, CancellationToken cancellationToken)
    {
        var port = sample.Address.Port;
        var isNone = await Until.IsSoAsync(() => Task.FromResult(ProcFs.OpenConnections(port) == 0), Deadline, cancellationToken);
        report.Require("no connection is left open", isNone, $"{ProcFs.OpenConnections(port)}");
    }

    private static async Task CheckCountsAsync(DrillReport report, Sample sample, Storm storm, CancellationToken cancellationToken)
    {
        var metrics = await sample.MetricsAsync(cancellationToken);
        report.RequireNoneShed($"{Concurrency} connections", (long)metrics.Sum("crashshield_requests_shed_total"), storm.Expected.Values.Sum());
        var counted = metrics.Exceptions();
        var requests = counted.Where(series => series.Key.Outcome != Series.Unobserved).ToDictionary();
        var wrong = requests.Keys.Union(storm.Expected.Keys)
            .Where(series => requests.GetValueOrDefault(series) != storm.Expected.GetValueOrDefault(series))
            .Select(series => $"{series}: {requests.GetValueOrDefault(series)} counted, {storm.Expected.GetValueOrDefault(series)} sent")
            .ToArray();
        report.Require("counted exactly", wrong.Length == 0, wrong.Length == 0 ? $"{requests.Values.Sum()} in {requests.Count} series" : string.Join("; ", wrong));

        var unobserved = counted.Where(series => series.Key.Outcome == Series.Unobserved).Sum(series => series.Value);
        report.Require(
            "no task left unobserved but by the drill itself", unobserved <= sample.TasksLeftBehind, $"{unobserved} of {sample.TasksLeftBehind}");
        report.Add("counts", counted.OrderBy(series => series.Key.Route).ThenBy(series => series.Key.ErrorType)
            .Select(series => new { series.Key.ErrorType, series.Key.Route, series.Key.Outcome, count = series.Value }));
    }

    private static async Task CheckEndAsync(DrillReport report, Sample sample, Storm storm, CancellationToken cancellationToken)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(EndDeadline);
        var status = await sample.StopAsync(bound.Token);
        report.Require("SIGTERM ends it well", status == 0, $"status {status}");

        var log = sample.Log;
        report.Require("each error is logged once", log.Errors == storm.ExpectedErrors, $"{log.Errors} of {storm.ExpectedErrors}");
        report.Require("each refused request is logged once", log.Refusals == storm.ExpectedRefusals, $"{log.Refusals} of {storm.ExpectedRefusals}");
        report.Require("each response that is cut is logged once by Kestrel", log.Cuts == storm.ExpectedCuts, $"{log.Cuts} of {storm.ExpectedCuts}");
        report.Require("nobody else logs warnings or errors", log.Others.Count == 0, $"{log.Others.Count} {log.Others.FirstOrDefault()}");
    }
}
