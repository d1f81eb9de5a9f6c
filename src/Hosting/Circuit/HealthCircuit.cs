using CrashShield.Hosting.Telemetry;
using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Circuit;

/// <summary>
/// The health of the process as one level. Sources report to it and reactions read it; neither knows the other.
/// Today's one source is supervision, whose last escalation ends in <see cref="CircuitLevel.Failed"/>.
/// </summary>
public sealed class HealthCircuit
{
    private readonly ILogger<HealthCircuit> _logger;
    private readonly TimeProvider _time;
    private CircuitState _state;

    internal HealthCircuit(ShieldMeter meter, ILogger<HealthCircuit> logger, TimeProvider time)
    {
        _logger = logger;
        _time = time;
        _state = new(CircuitLevel.Closed, null, time.GetUtcNow());
        meter.CreateGauge("crashshield.circuit.level", "{level}", "0 closed, 1 degraded, 2 open, 3 failed.", () => (int)_state.Level);
    }

    /// <summary>The level, why, and since when. Never blocks.</summary>
    public CircuitState State => Volatile.Read(ref _state);

    /// <summary>Latches <see cref="CircuitLevel.Failed"/>. The first reason stays.</summary>
    /// <param name="reason">What cannot recover, in one line for the person on call.</param>
    public void Fail(string reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        var failed = new CircuitState(CircuitLevel.Failed, reason, _time.GetUtcNow());
        var seen = State;
        while (seen.Level != CircuitLevel.Failed)
        {
            var previous = Interlocked.CompareExchange(ref _state, failed, seen);
            if (ReferenceEquals(previous, seen))
            {
                CircuitLog.Failed(_logger, reason);
                return;
            }

            seen = previous;
        }
    }
}
