using System.Text;
using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.Signals;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Handoff;

/// <summary>
/// What a signal holds moves to the next worker: whoever has sent it means the service, not the process. A hold of the application's code does not: the code that would release it stays where it is.
/// </summary>
internal sealed class HoldState(HealthCircuit circuit, IOptions<CrashShieldOptions> options) : IHandoverState
{
    private readonly string? _signal = Signal(options.Value.Signals);

    public string Name => "crashshield.hold";

    public ValueTask<ReadOnlyMemory<byte>> SaveAsync(CancellationToken cancellationToken) =>
        new(_signal is not null && circuit.HeldReason == _signal ? Encoding.UTF8.GetBytes(_signal) : ReadOnlyMemory<byte>.Empty);

    public ValueTask LoadAsync(ReadOnlyMemory<byte> state, CancellationToken cancellationToken)
    {
        // By the signal of this build, which is to end it; where it has none, nobody could. What is held here already is newer.
        if (!state.IsEmpty && _signal is not null && circuit.Held == CircuitLevel.Closed)
            circuit.Toggle(CircuitLevel.Degraded, _signal);
        return ValueTask.CompletedTask;
    }

    private static string? Signal(SignalOptions options) =>
        Array.Find(SignalMap.Of(options), static signal => signal.Action == SignalAction.Degrade) is { Number: var number } ? SignalName.Of(number) : null;
}
