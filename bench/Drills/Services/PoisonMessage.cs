using CrashShield.Drills.Processes;

namespace CrashShield.Drills.Services;

/// <summary>A message that its consumer cannot handle, in the middle of a queue.</summary>
internal sealed class PoisonMessage : IServicePart
{
    private const int Messages = 20;
    private const int Poison = 7;
    private const int Restarts = 3;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    public string Name => "poison";

    public bool WaitsMostly => true;

    public async Task RunAsync(PartRun run, CancellationToken cancellationToken)
    {
        using var broker = new TcpBroker();
        broker.Broker.Publish(Enumerable.Range(0, Messages));
        await using var consumer = RunningService.StartWorker("--Broker", $"{broker.Address.Port}", "--Poison", $"{Poison}");
        await Until.IsSoAsync(() => Task.FromResult(broker.Broker.Acknowledged.Count == Messages), Deadline, cancellationToken);
        var status = await consumer.StopAsync(cancellationToken);

        var (attempts, letters, handled) = (consumer.Ledger("attempts").Length, consumer.Ledger("dead-letters"), consumer.Ledger("messages"));
        var others = Enumerable.Range(0, Messages).Where(message => message != Poison).Select(message => $"{message}");
        Console.WriteLine($"poison: {attempts - 1} restarts, {letters.Length} dead letters, {handled.Length} of {Messages - 1} other messages handled");
        run.Report.Require($"poison: it costs {Restarts} restarts", attempts == 1 + Restarts, $"{attempts - 1}");
        run.Report.Require("poison: the dead-letter hook gets it once", letters is [var letter] && letter.Text == $"{Poison}", $"{string.Join(", ", letters.Select(line => line.Text))}");
        run.Report.Require("poison: all others are handled, each once", handled.Select(line => line.Text).SequenceEqual(others), $"{handled.Length} of {Messages - 1}");
        run.Report.Require("poison: the circuit stays closed", !consumer.Log.HasTrouble && status == 0, $"{consumer.Log.Trouble}, ends with status {status}");
        await CompareAsync(run.Report, cancellationToken);
    }

    private static async Task CompareAsync(DrillReport report, CancellationToken cancellationToken)
    {
        using var broker = new TcpBroker();
        broker.Broker.Publish(Enumerable.Range(0, Messages));
        await using var consumer = RunningService.StartWorker("--Broker", $"{broker.Address.Port}", "--Poison", $"{Poison}", "--Shield", "false");
        var status = await consumer.WaitForExitAsync(cancellationToken);
        var left = Messages - broker.Broker.Acknowledged.Count;
        Console.WriteLine($"poison: without the product the process ends with status {status}, {left} messages are left");
        report.Add("poisonWithout", new { status, left });
    }
}
