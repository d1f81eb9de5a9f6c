namespace CrashShield.Hosting.Circuit;

/// <summary>What one source told last.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Pressure">From 0 to 1.</param>
/// <param name="Level">What its pressure asks of the circuit.</param>
/// <param name="Reason">Why, or why it is blind; <see langword="null"/> while there is nothing to tell.</param>
/// <param name="Since">When it came to that level, or became blind.</param>
/// <param name="IsBlind">Whether it throws or hangs; its pressure counts for nothing until it answers again.</param>
public sealed record SourceReport(string Name, double Pressure, CircuitLevel Level, string? Reason, DateTimeOffset Since, bool IsBlind);
