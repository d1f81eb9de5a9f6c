using CrashShield.Hosting.Serving;

namespace CrashShield.WorkProbe;

/// <summary>Work that no hosted service does: it asks for its turn, in every process.</summary>
[RunsWhileWaiting]
internal sealed class PlainLoop(IServingState serving, Ledger ledger, IHostApplicationLifetime lifetime) : IHostedLifecycleService
{
    private Task _loop = Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        _loop = Task.Run(LoopAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => _loop;

    private async Task LoopAsync()
    {
        try
        {
            while (true)
            {
                using var turn = await serving.BeginTurnAsync(lifetime.ApplicationStopping);
                ledger.Write("turns", "begins");
                using var over = CancellationTokenSource.CreateLinkedTokenSource(turn.Ends, lifetime.ApplicationStopping);
                await Task.Delay(Timeout.InfiniteTimeSpan, over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                ledger.Write("turns", "ends");
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }
}
