using CrashShield.Drills.Processes;

namespace CrashShield.Drills.Errors;

/// <summary>
/// Failing requests over HTTP against servers that differ only in who answers the failure, from a handler that fails at once and from one
/// that fails after an await. All are up, so that each is as warm in every round, and only one is loaded at a time; who begins changes from
/// round to round, so that a drift of the machine meets all alike.
/// </summary>
internal sealed class ErrorsDrill : IDrill
{
    public string Name => "errors";

    public string Description => "throughput of failing requests, beside UseExceptionHandler and a bare try/catch";

    public async Task<DrillReport> RunAsync(DrillOptions options, CancellationToken cancellationToken)
    {
        var report = new DrillReport(options);
        Side.TellChanges(report);
        // Many short rounds: on a shared machine the speed changes within seconds.
        var (rounds, length, warmup) = options.IsShort ? (4, 1, 4) : (12, 1, 6);
        Console.WriteLine(Core.CanPin
            ? $"servers on core {Core.OfServers}, load on core {Core.OfLoad}; {rounds} rounds of {length} s each side; spans {(options.Tracing ? "on" : "off")}"
            : "one core, or no taskset (package util-linux): servers and load share what there is, and the ratios say little");

        await using var spans = options.Tracing ? SpanSink.Start() : null;
        await using var sync = await Sides.StartAsync("sync", "/fail", spans, cancellationToken);
        await using var async = await Sides.StartAsync("async", "/fail-async", spans, cancellationToken);
        Console.WriteLine($"warm-up, {warmup} s each");
        foreach (var side in (Side[])[.. sync.All, .. async.All])
            await side.WarmUpAsync(TimeSpan.FromSeconds(warmup), cancellationToken);

        for (var round = 0; round < rounds; round++)
        {
            foreach (var sides in new[] { sync, async })
            {
                Console.WriteLine($"round {round + 1}, {sides.Handler} handler");
                for (var i = 0; i < sides.All.Count; i++)
                    await sides.All[(round + i) % sides.All.Count].RunRoundAsync(TimeSpan.FromSeconds(length), cancellationToken);
            }
        }

        report.Add("tracing", options.Tracing);
        report.Add("pinned", Core.CanPin);
        if (spans is not null)
            report.Require("spans arrived at the receiver", spans.Bytes > 0, $"{spans.Bytes / 1_024} KiB");
        sync.Report(report);
        async.Report(report);
        return report;
    }
}
