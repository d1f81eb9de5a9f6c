using System.Globalization;

namespace CrashShield.Hosting.Containers;

internal static class Bytes
{
    private const double Mebi = 1 << 20;

    public static string Text(long bytes) =>
        bytes == MemoryLevel.NoLimit ? "no limit" : string.Create(CultureInfo.InvariantCulture, $"{bytes / Mebi:F0} MiB");
}
