namespace CrashShield.Hosting.Circuit;

/// <summary>A level of the health circuit with its reason.</summary>
/// <param name="Level">How much trouble the process is in.</param>
/// <param name="Reason">Why, in one line; <see langword="null"/> at <see cref="CircuitLevel.Closed"/>.</param>
/// <param name="Since">When the level was entered.</param>
public sealed record CircuitState(CircuitLevel Level, string? Reason, DateTimeOffset Since);
