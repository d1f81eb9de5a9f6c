namespace CrashShield.Drills.Ordinary;

/// <summary>What is promised of single kinds, beyond what holds for all of them.</summary>
internal static class NamedBars
{
    private const double Clients16PerSecond = 300;
    private const double Clients200PerSecond = 3_000;
    private const double SyncOverAsyncP99Ms = 250;
    private const double SomeBlockP99Ms = 300;
    private const int MoreThreads = 2;
    private const double RefusedPoints = 1;

    /// <summary>Adds those of which the kinds have run.</summary>
    public static void Require(DrillReport report, IReadOnlyDictionary<string, Comparison> kinds)
    {
        if (kinds.TryGetValue(BlockingKinds.Clients16, out var few))
            RequireRate(report, "16 clients that block for 50 ms", few, Clients16PerSecond);
        if (kinds.TryGetValue(BlockingKinds.Clients200, out var many))
            RequireRate(report, "200 clients that block for 50 ms", many, Clients200PerSecond);
        if (kinds.TryGetValue(BlockingKinds.SyncOverAsync, out var sync))
        {
            report.Require(
                $"sync-over-async at 400/s: all served, p99 at most {SyncOverAsyncP99Ms} ms", sync.With.Good == sync.With.Total && sync.With.P99Ms <= SyncOverAsyncP99Ms,
                $"{sync.With.Good} of {sync.With.Total}, p99 {sync.With.P99Ms:F0} ms; without {sync.Without.Good}");
        }

        if (kinds.TryGetValue(BlockingKinds.SomeBlock, out var some))
        {
            report.Require(
                $"300/s of which 5 % block for 200 ms: none refused, p99 at most {SomeBlockP99Ms} ms", some.With.Refused == 0 && some.With.P99Ms <= SomeBlockP99Ms,
                $"{some.With.Refused} refused, p99 {some.With.P99Ms:F0} ms");
        }

        if (kinds.TryGetValue(ProcessorKinds.ThreeTimes, out var over))
        {
            report.Require(
                $"three times the capacity in processor work: at most {MoreThreads} pool threads more than without", over.With.PoolThreads <= over.Without.PoolThreads + MoreThreads,
                $"{over.With.PoolThreads}, without {over.Without.PoolThreads}");
        }

        if (kinds.TryGetValue(TransferKinds.Alone, out var alone) && kinds.TryGetValue(TransferKinds.SlowUploads, out var uploads))
        {
            var (before, after) = (RefusedPercent(alone.With), RefusedPercent(uploads.With));
            report.Require(
                $"100 slow POSTs a second move the share of honest requests refused by at most {RefusedPoints} point", after - before <= RefusedPoints, $"from {before:F2} to {after:F2} %");
        }
    }

    private static void RequireRate(DrillReport report, string what, Comparison kind, double least)
    {
        var (with, without) = (FromTheSecondOn(kind.With), FromTheSecondOn(kind.Without));
        report.Require(
            $"{what}: at least {least:N0} a second from the second second on", with.Average() >= least && with[0] >= least,
            $"{with[0]:N0} in the second second, {with.Average():N0} on average from it on, {with.Min():N0} at least; without {without[0]:N0}, {without.Average():N0} and {without.Min():N0}");
    }

    private static long[] FromTheSecondOn(KindSide side) => side.EachSecond is [_, .. [_, ..] rest] ? rest : [0];

    private static double RefusedPercent(KindSide side) => side.Total == 0 ? 0 : 100.0 * side.Refused / side.Total;
}
