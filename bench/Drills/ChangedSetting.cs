namespace CrashShield.Drills;

/// <summary>A setting that a drill does not leave at its default.</summary>
/// <param name="Setting">Its name: a configuration key of the sample, an option of crashshield-init or a variable of the environment.</param>
/// <param name="Value">What it is set to.</param>
/// <param name="Reason">Why, and in which part of the drill.</param>
internal sealed record ChangedSetting(string Setting, string Value, string Reason);
