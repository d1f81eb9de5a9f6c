using Microsoft.Extensions.Hosting;

namespace CrashShield.CleanupProbe;

internal sealed class ThrowingService : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        throw new InvalidOperationException("The background service fails.");
    }
}
