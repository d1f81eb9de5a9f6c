namespace CrashShield.Hosting.Circuit;

/// <summary>One change of the circuit's level.</summary>
/// <param name="From">The level before.</param>
/// <param name="To">The level now.</param>
/// <param name="Reason">Why, in one line.</param>
/// <param name="At">When.</param>
public sealed record CircuitTransition(CircuitLevel From, CircuitLevel To, string? Reason, DateTimeOffset At);
