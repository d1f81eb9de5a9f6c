namespace CrashShield.Drills.Errors;

/// <summary>The compared servers with one kind of handler.</summary>
internal sealed record Sides(string Handler, Side Shield, Side ExceptionHandler, Side BareExceptionHandler, Side TryCatch) : IAsyncDisposable
{
    private const double MinOverExceptionHandler = 1.15;
    private const double MinOverTryCatch = 0.9;

    public IReadOnlyList<Side> All => [Shield, ExceptionHandler, BareExceptionHandler, TryCatch];

    public static async Task<Sides> StartAsync(string handler, string path, SpanSink? spans, CancellationToken cancellationToken) => new(
        handler,
        await Side.StartAsync("shield", path, spans, cancellationToken),
        await Side.StartAsync("exception-handler", path, spans, cancellationToken),
        await Side.StartAsync("exception-handler-bare", path, spans, cancellationToken),
        await Side.StartAsync("try-catch", path, spans, cancellationToken));

    public void Report(DrillReport report)
    {
        report.Add(Handler, new
        {
            overExceptionHandler = Over(ExceptionHandler),
            overBareExceptionHandler = Over(BareExceptionHandler),
            overTryCatch = Over(TryCatch),
            cpuOverExceptionHandler = CpuOver(ExceptionHandler),
            cpuOverTryCatch = CpuOver(TryCatch),
            sides = All.Select(side => new { side.Name, side.PerSecond, side.CpuMicroseconds, rounds = side.Rounds.Count }),
        });
        Require(report, ExceptionHandler, MinOverExceptionHandler);
        Require(report, TryCatch, MinOverTryCatch);
        foreach (var side in All)
        {
            report.Require(
                $"{Handler}, {side.Name}: every failing request answered 500, whole, no connection died", side.IsAllOk,
                $"{side.Rounds.Sum(round => round.Ok)} answers");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var side in All)
            await side.DisposeAsync();
    }

    private void Require(DrillReport report, Side other, double min) => report.Require(
        $"{Handler}: shield ≥ {min} × {other.Name}", Over(other) >= min,
        $"{Over(other):F2}, median of rounds ({Shield.PerSecond:F0} against {other.PerSecond:F0} requests/s)");

    // Round by round: the sides of one round are seconds apart, those of the medians of all may be minutes.
    private double Over(Side other) => Median.Of(Shield.Rounds.Zip(other.Rounds, (ours, its) => ours.PerSecond / its.PerSecond));

    private double CpuOver(Side other) => Median.Of(Shield.CpuRounds.Zip(other.CpuRounds, (ours, its) => its / ours));
}
