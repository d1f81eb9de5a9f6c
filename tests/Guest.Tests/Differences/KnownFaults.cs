namespace CrashShield.Guest.Tests.Differences;

/// <summary>What is known to be wrong. This list is to stay empty, and nothing of it may move to the table of what is intended.</summary>
internal static class KnownFaults
{
    public static IReadOnlyList<KnownFault> All { get; } = [];
}
