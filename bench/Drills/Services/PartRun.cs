namespace CrashShield.Drills.Services;

/// <summary>What a part of the drill is run with.</summary>
/// <param name="Report">What it reports to.</param>
/// <param name="IsShort">Whether it has to be done within seconds.</param>
/// <param name="Init">The command of crashshield-init.</param>
internal sealed record PartRun(DrillReport Report, bool IsShort, string[] Init);
