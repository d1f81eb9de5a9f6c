using CrashShield.Hosting.Circuit;

namespace CrashShield.StartProbe;

/// <summary>A reaction that says what it is told.</summary>
internal sealed class PrintingReaction : ICircuitReaction
{
    public Task ReactAsync(CircuitTransition transition, CancellationToken cancellationToken)
    {
        Console.WriteLine($"reaction to {transition.To}");
        return Task.CompletedTask;
    }
}
