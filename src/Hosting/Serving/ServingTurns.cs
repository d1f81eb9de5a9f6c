namespace CrashShield.Hosting.Serving;

/// <summary>Lets the background work of this process run, and has it rest while another process does it.</summary>
internal sealed class ServingTurns : IServingState, IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<ServingTurn> _running = [];
    private CancellationTokenSource _turn = new();
    private TaskCompletionSource? _begins;
    private TaskCompletionSource<bool>? _rests;
    private bool _hasServed;

    /// <param name="waits">Whether it is yet to be told that this process serves.</param>
    public ServingTurns(bool waits = false) => (_begins, _hasServed) = (waits ? NewSignal() : null, !waits);

    public bool IsServing
    {
        get
        {
            lock (_lock)
                return _begins is null;
        }
    }

    /// <summary>Whether it has served, and does not.</summary>
    public bool IsResting
    {
        get
        {
            lock (_lock)
                return _begins is not null && _hasServed;
        }
    }

    /// <summary>Whose work goes on.</summary>
    public string[] Owners
    {
        get
        {
            lock (_lock)
                return [.. _running.Select(static turn => turn.Owner).OfType<string>()];
        }
    }

    public ValueTask<ServingTurn> BeginTurnAsync(CancellationToken cancellationToken = default) => BeginTurnAsync($"a turn of {nameof(IServingState)}", cancellationToken);

    /// <inheritdoc cref="IServingState.BeginTurnAsync"/>
    /// <param name="owner">Whose work it is, for a person.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<ServingTurn> BeginTurnAsync(string? owner, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Task begins;
            lock (_lock)
            {
                if (_begins is null)
                    return Add(owner);

                begins = _begins.Task;
            }

            await begins.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Begins a turn, if this process serves.</summary>
    public ServingTurn? TryBeginTurn()
    {
        lock (_lock)
            return _begins is null ? Add(owner: null) : null;
    }

    /// <summary>Completes when this process serves.</summary>
    public Task UntilServing()
    {
        lock (_lock)
            return _begins?.Task ?? Task.CompletedTask;
    }

    /// <summary>This process serves.</summary>
    /// <returns>False when it did already.</returns>
    public bool Serve()
    {
        TaskCompletionSource begins;
        TaskCompletionSource<bool>? rests;
        lock (_lock)
        {
            if (_begins is null)
                return false;
            (begins, _begins, _hasServed) = (_begins, null, true);
            (rests, _rests) = (_rests, null);
            _turn = new();
        }

        rests?.SetResult(false);
        begins.SetResult();
        return true;
    }

    /// <summary>Another process serves.</summary>
    /// <returns>Completes when what has run has ended; with false, when this process serves again before.</returns>
    public Task<bool> Rest()
    {
        CancellationTokenSource turn;
        Task<bool> rests;
        lock (_lock)
        {
            turn = _turn;
            _begins ??= NewSignal();
            rests = _running.Count == 0 ? Task.FromResult(true) : (_rests ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }

        // On the pool: a callback of the application's may block. Not disposed of: who begins to end still asks for its token.
        _ = turn.CancelAsync();
        return rests;
    }

    public void End(ServingTurn turn)
    {
        TaskCompletionSource<bool>? rests = null;
        lock (_lock)
        {
            _running.Remove(turn);
            if (_running.Count == 0)
                (rests, _rests) = (_rests, null);
        }

        rests?.SetResult(true);
    }

    public void Dispose() => _turn.Dispose();

    private ServingTurn Add(string? owner)
    {
        var turn = new ServingTurn(this, owner, _turn.Token);
        _running.Add(turn);
        return turn;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
