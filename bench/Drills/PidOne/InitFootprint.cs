namespace CrashShield.Drills.PidOne;

/// <summary>What an init uses.</summary>
/// <param name="Descriptors">Its open descriptors.</param>
/// <param name="ResidentBytes">Its memory in RAM.</param>
/// <param name="PeakBytes">The most that this has ever been.</param>
internal sealed record InitFootprint(int Descriptors, long ResidentBytes, long PeakBytes);
