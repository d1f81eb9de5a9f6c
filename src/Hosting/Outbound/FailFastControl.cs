using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.Failures;
using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Outbound;

/// <summary>Has calls to dependencies that are not core refused while the health circuit is not closed.</summary>
internal sealed class FailFastControl(HealthCircuit circuit, ILogger<FailFastControl> logger) : ICircuitReaction
{
    private volatile bool _isUsed;

    public bool IsRefusing => circuit.Level != CircuitLevel.Closed;

    /// <summary>A pipeline of the application refuses by it.</summary>
    public FailFastStrategy NewStrategy()
    {
        _isUsed = true;
        return new(this);
    }

    public Task ReactAsync(CircuitTransition transition, CancellationToken cancellationToken)
    {
        if (!_isUsed)
            return Task.CompletedTask;
        if (transition.To == CircuitLevel.Closed)
            GuardedLog.Write(() => OutboundLog.GoOut(logger));
        else if (transition.From == CircuitLevel.Closed)
            GuardedLog.Write(() => OutboundLog.Refused(logger));
        return Task.CompletedTask;
    }
}
