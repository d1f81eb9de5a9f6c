using CrashShield.Hosting.Serving;

namespace CrashShield.WorkProbe;

/// <summary>Makes a process ready, whether it serves or not.</summary>
[RunsWhileWaiting]
internal sealed class CacheFiller(Ledger ledger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        ledger.Write("filled", "cache");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
