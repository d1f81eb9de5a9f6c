namespace CrashShield.WorkProbe;

/// <summary>Has a bug that shows as soon as it starts.</summary>
internal sealed class BrokenConsumer : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        throw new InvalidOperationException("The queue has no name.");
    }
}
