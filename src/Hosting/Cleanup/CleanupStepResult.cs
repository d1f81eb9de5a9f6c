namespace CrashShield.Hosting.Cleanup;

/// <summary>What became of one clean-up step.</summary>
/// <param name="Id">The id of the step.</param>
/// <param name="Name">The name of the step.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Duration">How long it ran, or was waited for.</param>
/// <param name="Exception">What it threw, or <see langword="null"/>.</param>
public sealed record CleanupStepResult(int Id, string Name, CleanupOutcome Outcome, TimeSpan Duration, Exception? Exception);
