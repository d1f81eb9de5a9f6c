namespace CrashShield.Hosting.Circuit;

/// <summary>
/// Something of the application's that can do with less while the process is in trouble: a cache that can be emptied, a refresh that can wait. Register
/// it as a service: <c>services.AddSingleton&lt;IDegradable, SearchIndexRefresh&gt;()</c>.
/// </summary>
public interface IDegradable
{
    /// <summary>Called when the circuit leaves <see cref="CircuitLevel.Closed"/>, and again with each change between the levels above it.</summary>
    /// <param name="level">The level now.</param>
    /// <param name="cancellationToken">Cancelled when <see cref="CircuitOptions.ReactionTimeout"/> has passed.</param>
    Task DegradeAsync(CircuitLevel level, CancellationToken cancellationToken);

    /// <summary>Called when the circuit is back at <see cref="CircuitLevel.Closed"/>.</summary>
    /// <param name="cancellationToken">Cancelled when <see cref="CircuitOptions.ReactionTimeout"/> has passed.</param>
    Task RestoreAsync(CancellationToken cancellationToken);
}
