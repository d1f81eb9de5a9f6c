namespace CrashShield.WorkProbe;

/// <summary>Does something at each full 50 ms of the clock.</summary>
internal sealed class TickJob(Ledger ledger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(50);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var slot = (DateTime.UtcNow.Ticks / Every.Ticks) + 1; ; slot = Math.Max(slot, DateTime.UtcNow.Ticks / Every.Ticks) + 1)
        {
            // A delay may end a moment early.
            while (new TimeSpan((slot * Every.Ticks) - DateTime.UtcNow.Ticks) is { Ticks: > 0 } left)
                await Task.Delay(left + TimeSpan.FromMilliseconds(1), stoppingToken);
            stoppingToken.ThrowIfCancellationRequested();
            ledger.Write("ticks", $"{slot}");
        }
    }
}
