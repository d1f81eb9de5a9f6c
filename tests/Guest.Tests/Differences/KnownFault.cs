namespace CrashShield.Guest.Tests.Differences;

/// <summary>A difference that is not intended, and is to go.</summary>
/// <param name="Id">A short name.</param>
/// <param name="Sentence">What an application loses by it.</param>
/// <param name="Holds">Which differences are of it.</param>
internal sealed record KnownFault(string Id, string Sentence, Func<Difference, bool> Holds)
{
    /// <summary>Whether it depends on what else the machine does, and so is not shown by each run.</summary>
    public bool DependsOnLoad { get; init; }
}
