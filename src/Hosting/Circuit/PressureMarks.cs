namespace CrashShield.Hosting.Circuit;

/// <summary>What a pressure means: the same for every source, as a percentage is.</summary>
internal static class PressureMarks
{
    /// <summary>To that a source has to fall before it lets the process recover.</summary>
    public const double Recover = 0.8;

    /// <summary>From here on it degrades the process.</summary>
    public const double Degrade = 0.9;

    /// <summary>From here on it opens the circuit.</summary>
    public const double Open = 1;
}
