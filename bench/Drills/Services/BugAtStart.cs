using System.Globalization;

namespace CrashShield.Drills.Services;

/// <summary>A worker whose consumer fails as soon as it starts.</summary>
internal sealed class BugAtStart : IServicePart
{
    // docs/health.md: a process that has failed.
    private const int Failed = 70;
    private const double Bound = 10;

    public string Name => "bug";

    public bool WaitsMostly => true;

    public async Task RunAsync(PartRun run, CancellationToken cancellationToken)
    {
        var (status, seconds) = await RunAsync([], cancellationToken);
        var without = await RunAsync(["--Shield", "false"], cancellationToken);
        var seen = string.Create(CultureInfo.InvariantCulture, $"status {status} after {seconds:F1} s");
        Console.WriteLine($"bug: {seen}; without the product status {without.Status}");
        run.Report.Require($"a bug at the start ends the process within {Bound} s of it", status == Failed && seconds <= Bound, seen);
        run.Report.Add("bug", new { status, seconds, statusWithout = without.Status });
    }

    private static async Task<(int Status, double Seconds)> RunAsync(string[] settings, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        await using var worker = RunningService.StartWorker(["--Bug", "true", .. settings]);
        var status = await worker.WaitForExitAsync(cancellationToken);
        return (status, TimeProvider.System.GetElapsedTime(started).TotalSeconds);
    }
}
