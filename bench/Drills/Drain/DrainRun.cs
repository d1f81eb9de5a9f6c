using CrashShield.Load;

namespace CrashShield.Drills.Drain;

/// <summary>What came of some replacements.</summary>
/// <param name="Load">Of all requests.</param>
/// <param name="Statuses">How each instance ended.</param>
/// <param name="StopSeconds">How long each took from SIGTERM to its end.</param>
internal sealed record DrainRun(LoadResult Load, IReadOnlyList<int> Statuses, IReadOnlyList<double> StopSeconds);
