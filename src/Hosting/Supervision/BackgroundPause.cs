using CrashShield.Hosting.Circuit;

namespace CrashShield.Hosting.Supervision;

/// <summary>Tells services that are not core when to pause and when to go on.</summary>
internal sealed class BackgroundPause : ICircuitReaction, IDisposable
{
    private readonly Lock _lock = new();
    private CancellationTokenSource _turn = new();
    private TaskCompletionSource? _resumed;

    /// <summary>Waits until work may go on.</summary>
    /// <returns>A token that is cancelled when it has to pause again.</returns>
    public async Task<CancellationToken> WaitForTurnAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task resumed;
            lock (_lock)
            {
                if (_resumed is null)
                    return _turn.Token;
                resumed = _resumed.Task;
            }

            await resumed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public Task ReactAsync(CircuitTransition transition, CancellationToken cancellationToken) =>
        transition.To == CircuitLevel.Closed ? ResumeAsync() : PauseAsync();

    public void Dispose() => _turn.Dispose();

    private Task PauseAsync()
    {
        CancellationTokenSource turn;
        lock (_lock)
        {
            if (_resumed is not null)
                return Task.CompletedTask;
            _resumed = new(TaskCreationOptions.RunContinuationsAsynchronously);
            turn = _turn;
        }

        // On the pool, and not waited for: a callback of the application's may block, and the circuit has more to tell.
        _ = turn.CancelAsync();
        return Task.CompletedTask;
    }

    private Task ResumeAsync()
    {
        TaskCompletionSource? resumed;
        lock (_lock)
        {
            resumed = _resumed;
            _resumed = null;
            if (resumed is not null)
                _turn = new();
        }

        resumed?.TrySetResult();
        return Task.CompletedTask;
    }
}
