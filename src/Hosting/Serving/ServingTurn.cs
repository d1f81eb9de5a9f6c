namespace CrashShield.Hosting.Serving;

/// <summary>Work that one process does at a time, from <see cref="IServingState.BeginTurnAsync"/> to its disposal.</summary>
public sealed class ServingTurn : IDisposable
{
    private readonly ServingTurns _turns;
    private bool _isOver;

    internal ServingTurn(ServingTurns turns, string? owner, CancellationToken ends) => (_turns, Owner, Ends) = (turns, owner, ends);

    /// <summary>Cancelled when another process is to go on with the work.</summary>
    public CancellationToken Ends { get; }

    /// <summary>Whose work it is, for a person; <see langword="null"/> when that is told elsewhere.</summary>
    internal string? Owner { get; }

    /// <summary>The work has ended.</summary>
    public void Dispose()
    {
        if (!Interlocked.Exchange(ref _isOver, true))
            _turns.End(this);
    }
}
