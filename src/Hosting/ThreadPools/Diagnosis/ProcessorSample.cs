namespace CrashShield.Hosting.ThreadPools.Diagnosis;

/// <summary>What had been counted at one moment.</summary>
/// <param name="At">The timestamp.</param>
/// <param name="Used">The processor time of the process.</param>
/// <param name="Paused">How long collections had stopped it.</param>
/// <param name="Compiled">How long the runtime had compiled.</param>
internal readonly record struct ProcessorSample(long At, TimeSpan Used, TimeSpan Paused, TimeSpan Compiled);
