namespace CrashShield.Drills.Restart;

/// <summary>The change of gates, by the init's clock.</summary>
/// <param name="OverlapMs">From the new worker's <c>opened</c> until the old one's <c>paused</c>.</param>
internal sealed record Swap(double OverlapMs);
