namespace CrashShield.Hosting.ThreadPools;

/// <summary>The longest delays of a while.</summary>
/// <param name="All">Whatever the reason.</param>
/// <param name="Own">Where the service's own load is the reason.</param>
internal readonly record struct DelayPeak(TimeSpan All, TimeSpan Own);
