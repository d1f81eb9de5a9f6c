namespace CrashShield.Guest.Tests.Differences;

/// <summary>A kind of difference that is intended: a row of the table in docs/guest.md.</summary>
/// <param name="Id">The first column of its row.</param>
/// <param name="Holds">Which differences are of it.</param>
internal sealed record DifferenceKind(string Id, Func<Difference, bool> Holds)
{
    /// <summary>Whether it depends on what else the machine does, and so is not shown by each run.</summary>
    public bool DependsOnLoad { get; init; }
}
