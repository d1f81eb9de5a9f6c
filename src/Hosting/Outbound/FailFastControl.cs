using CrashShield.Hosting.Circuit;
using Polly.CircuitBreaker;

namespace CrashShield.Hosting.Outbound;

/// <summary>Holds the breakers of calls to dependencies that are not core open while the health circuit is not closed.</summary>
internal sealed class FailFastControl(HealthCircuit circuit) : ICircuitReaction
{
    private readonly Lock _lock = new();
    private CircuitBreakerManualControl? _manual;

    /// <summary>What the breakers are built with; one that is built while degraded begins open. Created with the first of them: an application that has none need not load Polly.</summary>
    public CircuitBreakerManualControl Manual
    {
        get
        {
            lock (_lock)
                return _manual ??= new(circuit.Level != CircuitLevel.Closed);
        }
    }

    public Task ReactAsync(CircuitTransition transition, CancellationToken cancellationToken)
    {
        CircuitBreakerManualControl? manual;
        lock (_lock)
            manual = _manual;
        // One that is created later begins with the level of then.
        if (manual is null)
            return Task.CompletedTask;
        return transition.To == CircuitLevel.Closed ? manual.CloseAsync(cancellationToken) : manual.IsolateAsync(cancellationToken);
    }
}
