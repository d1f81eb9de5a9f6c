namespace CrashShield.Hosting.Handoff;

/// <summary>
/// State that the next worker takes over in a hot restart: counters that are to go on, a cache's keys. Add it with <c>services.AddHandoverState&lt;T&gt;()</c>. The old worker is
/// asked while it still serves, so what changes after that is lost; keep it small, as it passes before the new worker accepts.
/// </summary>
public interface IHandoverState
{
    /// <summary>Finds its counterpart in the other build: a build that knows none of the name ignores it.</summary>
    string Name { get; }

    /// <summary>Called in the old worker, at most once a hot restart.</summary>
    /// <param name="cancellationToken">Cancelled when all states together have taken 5 seconds; the state is then not passed on.</param>
    ValueTask<ReadOnlyMemory<byte>> SaveAsync(CancellationToken cancellationToken);

    /// <summary>Called in the new worker before its hosted services start. What it throws ends the start, and the old worker goes on.</summary>
    /// <param name="state">What the old one has saved.</param>
    /// <param name="cancellationToken">Cancelled when the start is.</param>
    ValueTask LoadAsync(ReadOnlyMemory<byte> state, CancellationToken cancellationToken);
}
