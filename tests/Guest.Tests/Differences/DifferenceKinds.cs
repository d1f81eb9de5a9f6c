namespace CrashShield.Guest.Tests.Differences;

/// <summary>The intended differences, the most exact first.</summary>
internal static class DifferenceKinds
{
    public static IReadOnlyList<DifferenceKind> All { get; } =
    [
    ];
}
