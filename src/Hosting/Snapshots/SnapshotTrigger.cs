using CrashShield.Hosting.Circuit;

namespace CrashShield.Hosting.Snapshots;

/// <summary>What a snapshot was taken for.</summary>
/// <param name="Reason">One short word, part of the bundle's name.</param>
/// <param name="Detail">Why, in one line.</param>
/// <param name="Level">The circuit's level.</param>
/// <param name="At">When it came to that level.</param>
/// <param name="Sources">What every source had told.</param>
internal sealed record SnapshotTrigger(string Reason, string? Detail, CircuitLevel Level, DateTimeOffset At, IReadOnlyList<SourceReport> Sources);
