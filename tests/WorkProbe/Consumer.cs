namespace CrashShield.WorkProbe;

/// <summary>Takes one message after the other. One that it has begun it finishes.</summary>
internal sealed class Consumer(Ledger ledger) : BackgroundService
{
    private static readonly TimeSpan Work = TimeSpan.FromMilliseconds(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var message = ledger.Next();
            await Task.Delay(Work, CancellationToken.None);
            ledger.Write("messages", $"{message}");
        }
    }
}
