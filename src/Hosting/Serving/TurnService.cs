using System.Runtime.ExceptionServices;
using CrashShield.Hosting.Drain;
using CrashShield.Hosting.Failures;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Serving;

/// <summary>
/// A hosted service of the application that runs while this process serves: started with the turn, stopped at its end, and started again should the turn come back. What it does at the other steps of the
/// host's life it does at these. Itself a background service, so that the host sees a failure of the one inside as its own.
/// </summary>
internal sealed class TurnService(IHostedService inner, ServingTurns turns, ProcessEnd end, IHostApplicationLifetime lifetime, TimeSpan stopWithin, ILogger logger)
    : BackgroundService, IHostedLifecycleService
{
    private readonly IHostedLifecycleService? _lifecycle = inner as IHostedLifecycleService;
    private ServingTurn? _first;
    private CancellationToken _stopping;
    private Exception? _stopFailure;
    private bool _hasBegun;

    public Task StartingAsync(CancellationToken cancellationToken) => _lifecycle?.StartingAsync(cancellationToken) ?? Task.CompletedTask;

    /// <summary>Where this process serves, as without a gate: it waits for the start and fails with it.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        _first = turns.TryBeginTurn();
        try
        {
            if (_first is not null)
                await inner.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            _first?.Dispose();
            throw;
        }

        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    public Task StartedAsync(CancellationToken cancellationToken) => _lifecycle?.StartedAsync(cancellationToken) ?? Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => _lifecycle?.StoppingAsync(cancellationToken) ?? Task.CompletedTask;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _stopping = cancellationToken;
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        // What is stopped at once after its start is never executed.
        if (_first is not null && !_hasBegun)
        {
            using (_first)
                await inner.StopAsync(cancellationToken).ConfigureAwait(false);
        }

        if (_stopFailure is { } failure)
            ExceptionDispatchInfo.Throw(failure);
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => _lifecycle?.StoppedAsync(cancellationToken) ?? Task.CompletedTask;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _hasBegun = true;
        var isStarted = _first is not null;
        while (isStarted || !stoppingToken.IsCancellationRequested)
        {
            ServingTurn turn;
            try
            {
                turn = isStarted ? _first! : await turns.BeginTurnAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // The host stops, and it has never run.
                return;
            }

            using (turn)
            {
                if (!isStarted)
                    await StartLateAsync(stoppingToken).ConfigureAwait(false);
                isStarted = false;
                if (!await RunAsync(turn.Ends, stoppingToken).ConfigureAwait(false))
                    return;
            }
        }
    }

    // What ends the host's start ends the process here, too: the lead is to see that it did not come up.
    private async Task StartLateAsync(CancellationToken stoppingToken)
    {
        try
        {
            await inner.StartAsync(stoppingToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
        {
            end.ExitWith(ProcessEnd.Status);
            lifetime.StopApplication();
            throw;
        }
    }

    /// <returns>Whether it is to run in the next turn: one that has ended by itself is not.</returns>
    private async Task<bool> RunAsync(CancellationToken turn, CancellationToken stoppingToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(turn, stoppingToken);
        var running = (inner as BackgroundService)?.ExecuteTask;
        var ended = false;
        if (running is not null)
        {
            await running.WaitAsync(over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ended = running.IsCompleted && !over.IsCancellationRequested;
        }

        // The host decides what follows from a failure.
        if (ended && !running!.IsCompletedSuccessfully)
            await running.ConfigureAwait(false);
        await Task.Delay(Timeout.InfiniteTimeSpan, over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            await StopInnerAsync(stoppingToken).ConfigureAwait(false);
        }
        catch (Exception e) when (stoppingToken.IsCancellationRequested)
        {
            _stopFailure = e;
        }
        catch (Exception e)
        {
            GuardedLog.Write(() => ServingLog.ServiceFailed(logger, LoggableException.Of(e), inner.GetType().Name, e.GetType().FullName));
        }

        return !ended;
    }

    private async Task StopInnerAsync(CancellationToken stoppingToken)
    {
        using var bound = new CancellationTokenSource(stopWithin);
        var token = stoppingToken.IsCancellationRequested ? _stopping : bound.Token;
        await inner.StopAsync(token).ConfigureAwait(false);
        // StopAsync gives up at its bound; the work goes on, and the next process is to know.
        if (inner is BackgroundService { ExecuteTask: { } running })
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
