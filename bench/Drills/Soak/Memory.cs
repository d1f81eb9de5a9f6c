namespace CrashShield.Drills.Soak;

/// <summary>What a process holds once its garbage is collected.</summary>
/// <param name="Managed">The bytes of the managed heap.</param>
/// <param name="Resident">The bytes in RAM.</param>
internal readonly record struct Memory(long Managed, long Resident)
{
    private const double Megabyte = 1024 * 1024;

    public override string ToString() => $"{Managed / Megabyte:F1} MB managed, {Resident / Megabyte:F0} MB resident";
}
