using CrashShield.Guest.Tests.Runs;

namespace CrashShield.Guest.Tests.Guide;

/// <summary>The table of intended differences in docs/guest.md.</summary>
internal static class GuideTable
{
    /// <summary>The ids of its rows: the first column, in code marks.</summary>
    public static IReadOnlyList<string> Ids { get; } =
    [
        .. File.ReadLines(BuildPaths.Guide)
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Split('`')[1]),
    ];
}
