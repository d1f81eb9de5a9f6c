using System.Globalization;
using CrashShield.Drills.Processes;

namespace CrashShield.Drills.Services;

/// <summary>A consumer whose broker is away, again and again, each time for longer.</summary>
internal sealed class BrokerOutages : IServicePart
{
    private const int Messages = 10;

    // Docs: each failure in a row doubles the longest wait, up to a bound.
    private const double FirstBackoff = 0.1;
    private const double LastBackoff = 10;
    private const double Patience = 1.5;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);

    public string Name => "outages";

    public bool WaitsMostly => true;

    public async Task RunAsync(PartRun run, CancellationToken cancellationToken)
    {
        using var broker = new TcpBroker();
        await using var consumer = RunningService.StartWorker("--Broker", $"{broker.Address.Port}");
        await UntilAsync(() => broker.Broker.HasConsumer, cancellationToken);
        var outages = new List<Outage>();
        foreach (var seconds in run.IsShort ? [1, 3] : new[] { 1, 20, 300 })
            outages.Add(await LiveThroughAsync(broker, consumer, outages.Count, seconds, cancellationToken));

        var published = outages.Count * 2 * Messages;
        await UntilAsync(() => broker.Broker.Acknowledged.Count >= published, cancellationToken);
        var status = await consumer.StopAsync(cancellationToken);
        Require(run.Report, broker, consumer, outages, published, status);
        await CompareAsync(run.Report, cancellationToken);
    }

    /// <summary>Some messages come before it, and are not all handled when it begins; some come meanwhile.</summary>
    private static async Task<Outage> LiveThroughAsync(TcpBroker broker, RunningService consumer, int number, int seconds, CancellationToken cancellationToken)
    {
        Publish(broker, 2 * number);
        broker.GoAway();
        Publish(broker, (2 * number) + 1);
        await Task.Delay(TimeSpan.FromSeconds(seconds), cancellationToken);
        // Each attempt until now has failed, and none has lived for a minute.
        var backoff = Math.Min(FirstBackoff * Math.Pow(2, consumer.Ledger("attempts").Length - 1), LastBackoff);

        var started = TimeProvider.System.GetTimestamp();
        broker.ComeBack();
        await UntilAsync(() => broker.Broker.HasConsumer, cancellationToken);
        var back = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"outages: broker away for {seconds} s, the consumer is back after {back:F1} s, its backoff is {backoff:F1} s"));
        return new(seconds, back, backoff);
    }

    private static void Require(DrillReport report, TcpBroker broker, RunningService consumer, List<Outage> outages, int published, int status)
    {
        foreach (var outage in outages)
        {
            report.Require(
                $"broker away for {outage.Seconds} s: the consumer is back within {Patience} times its backoff", outage.BackSeconds <= Patience * outage.BackoffSeconds,
                string.Create(CultureInfo.InvariantCulture, $"{outage.BackSeconds:F1} s of {Patience} x {outage.BackoffSeconds:F1} s"));
        }

        var (acknowledged, handled) = (broker.Broker.Acknowledged, consumer.Ledger("messages"));
        var isEach = acknowledged.Order().SequenceEqual(Enumerable.Range(0, published)) && handled.Length == published && LedgerLine.Twice(handled) is [];
        report.Require("outages: each message is handled and acknowledged once", isEach, $"{published} published, {acknowledged.Count} acknowledged, {handled.Length} handled");
        report.Require("outages: never given up, the circuit stays closed", !consumer.Log.HasTrouble && status == 0, $"{consumer.Log.Trouble}, ends with status {status}");
        report.Add("outages", new { outages, attempts = consumer.Ledger("attempts").Length, redelivered = consumer.Ledger("again").Length });
    }

    // .NET stops the host of a background service that fails.
    private static async Task CompareAsync(DrillReport report, CancellationToken cancellationToken)
    {
        using var broker = new TcpBroker();
        await using var consumer = RunningService.StartWorker("--Broker", $"{broker.Address.Port}", "--Shield", "false");
        await UntilAsync(() => broker.Broker.HasConsumer, cancellationToken);
        Publish(broker, 0);
        broker.GoAway();
        var status = await consumer.WaitForExitAsync(cancellationToken);
        var left = Messages - broker.Broker.Acknowledged.Count;
        Console.WriteLine($"outages: without the product the process ends with status {status} when the broker goes, {left} messages are left");
        report.Require("outages: without the product the process ends, or the drill would see nothing", left > 0, $"status {status}, {left} of {Messages} messages left");
    }

    private static void Publish(TcpBroker broker, int batch) => broker.Broker.Publish(Enumerable.Range(batch * Messages, Messages));

    private static Task<bool> UntilAsync(Func<bool> condition, CancellationToken cancellationToken) => Until.IsSoAsync(() => Task.FromResult(condition()), Look, Deadline, cancellationToken);
}
