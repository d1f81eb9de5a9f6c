namespace CrashShield.Guest.Tests.Differences;

/// <summary>The differences of one application, told apart.</summary>
internal sealed class Findings
{
    private readonly List<(string Id, Difference Difference)> _explained = [];
    private readonly List<Difference> _unexplained = [];

    public Findings(IEnumerable<Difference> differences)
    {
        foreach (var difference in differences)
        {
            // What is known to be wrong first: a rule of what is intended may be wider than it should.
            var id = KnownFaults.All.FirstOrDefault(fault => fault.Holds(difference))?.Id ?? DifferenceKinds.All.FirstOrDefault(kind => kind.Holds(difference))?.Id;
            if (id is null)
                _unexplained.Add(difference);
            else
                _explained.Add((id, difference));
        }
    }

    public IReadOnlyList<Difference> Unexplained => _unexplained;

    /// <summary>The kinds and faults that have shown.</summary>
    public IEnumerable<string> Shown => _explained.Select(found => found.Id).Distinct();

    /// <summary>All of it, to be read.</summary>
    public string Report() => string.Join('\n', [
        .. _unexplained.Select(difference => $"UNEXPLAINED {difference}"),
        .. _explained.OrderBy(found => found.Id, StringComparer.Ordinal).Select(found => $"{found.Id}: {found.Difference}"),
    ]);
}
