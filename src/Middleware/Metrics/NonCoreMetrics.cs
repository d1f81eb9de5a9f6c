using CrashShield.Hosting.Circuit;

namespace CrashShield.Middleware.Metrics;

/// <summary>Lets all meters but CrashShield's own rest while the circuit is not closed.</summary>
internal sealed class NonCoreMetrics : ICircuitReaction
{
    private PrometheusListener? _listener;

    /// <summary>What listens to them.</summary>
    public void Follow(PrometheusListener? listener) => Volatile.Write(ref _listener, listener);

    public Task ReactAsync(CircuitTransition transition, CancellationToken cancellationToken)
    {
        var listener = Volatile.Read(ref _listener);
        if (transition.To == CircuitLevel.Closed)
            listener?.Resume();
        else
            listener?.Pause();
        return Task.CompletedTask;
    }
}
