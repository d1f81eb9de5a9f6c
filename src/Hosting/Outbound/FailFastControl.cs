using CrashShield.Hosting.Circuit;
using Polly.CircuitBreaker;

namespace CrashShield.Hosting.Outbound;

/// <summary>Holds the breakers of calls to dependencies that are not core open while the health circuit is not closed.</summary>
internal sealed class FailFastControl(HealthCircuit circuit) : ICircuitReaction
{
    /// <summary>What the breakers are built with; one that is built while degraded begins open.</summary>
    public CircuitBreakerManualControl Manual { get; } = new(circuit.Level != CircuitLevel.Closed);

    public Task ReactAsync(CircuitTransition transition, CancellationToken cancellationToken) => transition.To == CircuitLevel.Closed
        ? Manual.CloseAsync(cancellationToken)
        : Manual.IsolateAsync(cancellationToken);
}
