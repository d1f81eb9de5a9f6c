using CrashShield.Drills.Processes;

namespace CrashShield.Drills.Errors;

/// <summary>
/// Failing requests over HTTP against three servers that differ only in who answers the failure. All three are up, so that each is as warm in
/// every round, and only one is loaded at a time; who begins changes from round to round, so that a drift of the machine meets all alike.
/// </summary>
internal sealed class ErrorsDrill : IDrill
{
    private const double MinOverExceptionHandler = 1.15;
    private const double MinOverTryCatch = 0.9;

    public string Name => "errors";

    public string Description => "throughput of failing requests, beside UseExceptionHandler and a bare try/catch";

    public async Task<DrillReport> RunAsync(DrillOptions options, CancellationToken cancellationToken)
    {
        // Many short rounds: on a shared machine the speed changes within seconds.
        var (rounds, length, warmup) = options.IsShort ? (8, 1, 5) : (40, 1, 8);
        Console.WriteLine(Core.CanPin
            ? $"servers on core {Core.OfServers}, load on core {Core.OfLoad}; {rounds} rounds of {length} s each side; spans {(options.Tracing ? "on" : "off")}"
            : "one core, or no taskset (package util-linux): servers and load share what there is, and the ratios say little");

        await using var shield = await Side.StartAsync("shield", options.Tracing, cancellationToken);
        await using var handler = await Side.StartAsync("exception-handler", options.Tracing, cancellationToken);
        await using var tryCatch = await Side.StartAsync("try-catch", options.Tracing, cancellationToken);
        Side[] sides = [shield, handler, tryCatch];
        Console.WriteLine($"warm-up, {warmup} s each");
        foreach (var side in sides)
            await side.WarmUpAsync(TimeSpan.FromSeconds(warmup), cancellationToken);

        for (var round = 0; round < rounds; round++)
        {
            Console.WriteLine($"round {round + 1}");
            for (var i = 0; i < sides.Length; i++)
                await sides[(round + i) % sides.Length].RunRoundAsync(TimeSpan.FromSeconds(length), cancellationToken);
        }

        return Report(options, shield, handler, tryCatch);
    }

    private static DrillReport Report(DrillOptions options, Side shield, Side handler, Side tryCatch)
    {
        var report = new DrillReport(options);
        report.Add("tracing", options.Tracing);
        report.Add("pinned", Core.CanPin);
        foreach (var side in new[] { shield, handler, tryCatch })
            report.Add(side.Name, new { side.PerSecond, side.CpuMicroseconds, rounds = side.Rounds });
        report.Add("cpuOverExceptionHandler", handler.CpuMicroseconds / shield.CpuMicroseconds);
        report.Add("cpuOverTryCatch", tryCatch.CpuMicroseconds / shield.CpuMicroseconds);
        Compare(report, "overExceptionHandler", shield, handler, MinOverExceptionHandler);
        Compare(report, "overTryCatch", shield, tryCatch, MinOverTryCatch);
        foreach (var side in new[] { shield, handler, tryCatch })
            report.Require($"{side.Name}: every failing request answered 500, whole, no connection died", side.IsAllOk, $"{side.Rounds.Sum(round => round.Ok)} answers");
        return report;
    }

    private static void Compare(DrillReport report, string figure, Side shield, Side other, double min)
    {
        var ratio = shield.PerSecond / other.PerSecond;
        report.Add(figure, ratio);
        report.Add(figure + "ByRound", Median.Of(shield.Rounds.Zip(other.Rounds, (ours, theirs) => ours.PerSecond / theirs.PerSecond)));
        report.Require(
            $"shield ≥ {min} × {other.Name}", ratio >= min, $"{ratio:F2} ({shield.PerSecond:F0} against {other.PerSecond:F0} requests/s, median of rounds)");
    }
}
