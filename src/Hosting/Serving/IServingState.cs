namespace CrashShield.Hosting.Serving;

/// <summary>
/// Whether this process is the one that serves. Of a worker and its spare, and of the two of a hot restart, exactly one does the background work: it is for code that does such work without being a
/// hosted service. A process that nobody leads serves from its start. Registered by <c>AddCrashShield</c>; every member may be called from any thread.
/// </summary>
public interface IServingState
{
    /// <summary>Whether this process does background work now.</summary>
    bool IsServing { get; }

    /// <summary>Waits until this process serves, and begins a turn of work. The next process begins its own when all turns of this one have been disposed of, or a bound has passed.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The turn. Dispose of it when the work has ended, which is to be soon after its token was cancelled.</returns>
    /// <exception cref="OperationCanceledException">The wait was ended.</exception>
    ValueTask<ServingTurn> BeginTurnAsync(CancellationToken cancellationToken = default);
}
