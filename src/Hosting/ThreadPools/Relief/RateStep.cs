namespace CrashShield.Hosting.ThreadPools.Relief;

/// <summary>One step of a <see cref="CompletionRate"/>.</summary>
/// <param name="Rate">What was completed in a second.</param>
/// <param name="Elapsed">How long it lasted.</param>
internal readonly record struct RateStep(double Rate, TimeSpan Elapsed);
