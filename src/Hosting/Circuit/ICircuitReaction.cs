namespace CrashShield.Hosting.Circuit;

/// <summary>
/// Something to do when the circuit's level changes. Add one with <c>services.AddCircuitReaction&lt;T&gt;()</c>. It looks at the level alone and knows no source.
/// </summary>
public interface ICircuitReaction
{
    /// <summary>
    /// Called on a thread of CrashShield's own, which need not wait for a starved thread pool, and never twice at once. When the level changes again meanwhile, the next
    /// call gets the latest change; those between are left out.
    /// </summary>
    /// <param name="transition">What changed.</param>
    /// <param name="cancellationToken">Cancelled when the bound, <see cref="CircuitOptions.ReactionTimeout"/>, has passed.</param>
    Task ReactAsync(CircuitTransition transition, CancellationToken cancellationToken);
}
