namespace CrashShield.Drills.Restart;

/// <summary>How long the change of gates took, by the init's clock.</summary>
/// <param name="Ms">From the old worker's <c>paused</c> until the new one's <c>opened</c>.</param>
/// <param name="WithPauseMs">From <c>pause</c> to the old one.</param>
internal sealed record Swap(double Ms, double WithPauseMs);
