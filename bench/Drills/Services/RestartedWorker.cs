using System.Globalization;
using CrashShield.Drills.Processes;
using CrashShield.Drills.Restart;

namespace CrashShield.Drills.Services;

/// <summary>A consumer and a periodic job with a spare, over hot restarts.</summary>
internal sealed class RestartedWorker : IServicePart
{
    private const double MaxGapMs = 500;

    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    public string Name => "worker";

    public bool WaitsMostly => false;

    public async Task RunAsync(PartRun run, CancellationToken cancellationToken)
    {
        var (report, restarts) = (run.Report, run.IsShort ? 3 : 20);
        report.Change("crashshield-init --spare", "on", $"in {Name}: a spare and a new build beside the one that works");
        using var broker = new TcpBroker();
        await using var worker = await RunningService.StartWorkerUnderAsync(run.Init, ["--spare"], ["--Broker", $"{broker.Address.Port}"], cancellationToken);
        await Until.IsSoAsync(() => Task.FromResult(broker.Broker.HasConsumer), Deadline, cancellationToken);

        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var publishing = PublishAsync(broker.Broker, enough.Token);
        for (var i = 0; i < restarts; i++)
            await worker.RestartAsync(cancellationToken);
        await enough.CancelAsync();
        var published = await publishing;
        await Until.IsSoAsync(() => Task.FromResult(broker.Broker.Acknowledged.Count >= published), Deadline, cancellationToken);
        var swaps = await worker.InitLog.SwapsAsync(restarts, cancellationToken);
        var status = await worker.StopAsync(cancellationToken);

        var (messages, ticks) = (worker.Ledger("messages"), worker.Ledger("ticks"));
        var changes = (Messages: LedgerLine.BetweenProcesses(messages).Length, Ticks: LedgerLine.BetweenProcesses(ticks).Length);
        var again = worker.Ledger("again").Length;
        report.Require(
            $"{restarts} hot restarts: each message is handled once", messages.Length == published && LedgerLine.Twice(messages) is [] && again == 0,
            $"{published} published, {messages.Length} handled, {again} delivered again");
        report.Require($"{restarts} hot restarts: no tick twice", LedgerLine.Twice(ticks) is [], $"{ticks.Length} ticks, {LedgerLine.Twice(ticks).Count} twice");
        report.Require($"{restarts} hot restarts: one process after the other", changes == (restarts, restarts), $"{changes.Messages} and {changes.Ticks} changes");
        RequireGap(report, "messages", messages, swaps, restarts);
        RequireGap(report, "ticks", ticks, swaps, restarts);
        report.Require($"{restarts} hot restarts: the circuit stays closed", !worker.Log.HasTrouble && status == 0, $"{worker.Log.Trouble}, ends with status {status}");
    }

    private static void RequireGap(DrillReport report, string what, LedgerLine[] lines, Swap[] swaps, int restarts)
    {
        var within = LedgerLine.LongestWithin(lines).TotalMilliseconds;
        double[] between = [.. LedgerLine.BetweenProcesses(lines).Select(gap => gap.TotalMilliseconds).DefaultIfEmpty(double.NaN)];
        var (longest, median, open) = (between.Max(), Median.Of(between), Median.Of(swaps.Select(swap => swap.OverlapMs).DefaultIfEmpty(double.NaN)));
        var seen = string.Create(CultureInfo.InvariantCulture, $"{longest:F0} ms, {median:F0} ms (median); within one process at most {within:F0} ms; both gates were open for {open:F1} ms (median)");
        Console.WriteLine($"worker: time without {what} at a change of process {seen}");
        report.Require($"{restarts} hot restarts: at a change of process at most {MaxGapMs} ms longer without {what} than within one", longest - within <= MaxGapMs, seen);
        report.Add($"gap, {what}", new { longest, median, within, swaps });
    }

    /// <returns>How many it has published.</returns>
    private static async Task<int> PublishAsync(Broker broker, CancellationToken enough)
    {
        using var timer = new PeriodicTimer(Between);
        for (var message = 0; ; message++)
        {
            try
            {
                await timer.WaitForNextTickAsync(enough);
            }
            catch (OperationCanceledException)
            {
                return message;
            }

            broker.Publish([message]);
        }
    }
}
