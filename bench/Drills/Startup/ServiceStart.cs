namespace CrashShield.Drills.Startup;

/// <summary>The way from the start of a process to its first response.</summary>
/// <param name="Milliseconds">By the clock.</param>
/// <param name="ProcessorMilliseconds">Of processor time, all threads together.</param>
internal readonly record struct ServiceStart(double Milliseconds, double ProcessorMilliseconds);
