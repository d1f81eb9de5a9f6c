using System.Collections.Concurrent;
using CrashShield.Guest.Tests.Differences;
using CrashShield.Guest.Tests.Runs;
using CrashShield.GuestApps.Running;

namespace CrashShield.Guest.Tests;

/// <summary>An application that adds CrashShield loses nothing that it had.</summary>
[TestCaseOrderer(typeof(RowsLast))]
public class GuestTests
{
    private static readonly string[] BothEnvironments = ["Production", "Development"];
    private static readonly ConcurrentDictionary<string, byte> Run = new();
    private static readonly ConcurrentDictionary<string, byte> Shown = new();

    public static IEnumerable<TheoryDataRow<string>> Guests => GuestLane.Rows;

    [Theory]
    [MemberData(nameof(Guests))]
    public async Task DiffersOnlyAsTheGuideSays(string name)
    {
        var guest = GuestCatalog.Find(name)!;
        var differences = await Task.WhenAll(BothEnvironments.Select(environment => CompareAsync(guest, environment)));
        var findings = new Findings(differences.SelectMany(found => found));
        GuestReportFile.Write(name, findings);

        Assert.True(
            findings.Unexplained.Count == 0,
            $"{findings.Unexplained.Count} differences of {name} ({guest.Source}) are in no row of docs/guest.md:\n{string.Join('\n', findings.Unexplained)}");
        foreach (var id in findings.Shown)
            Shown[id] = 0;
        Run[name] = 0;
    }

    /// <summary>Last of all: a row that no application shows is none, and neither is a fault.</summary>
    [Fact(Explicit = true)]
    public void EveryRowAndEveryKnownFaultIsShown()
    {
        Assert.SkipUnless(Run.Count == GuestCatalog.All.Count, "only where all applications have run");

        string[] known = [.. DifferenceKinds.All.Where(kind => !kind.DependsOnLoad).Select(kind => kind.Id), .. KnownFaults.All.Where(fault => !fault.DependsOnLoad).Select(fault => fault.Id)];
        Assert.Empty(known.Except(Shown.Keys));
    }

    private static async Task<IEnumerable<Difference>> CompareAsync(GuestApps.Running.Guest guest, string environment)
    {
        var none = GuestRun.OfAsync(new(guest, ShieldVariant.None, environment));
        // A worker has nothing that answers requests.
        var handler = guest.Kind == GuestKind.Worker ? none : GuestRun.OfAsync(new(guest, ShieldVariant.Handler, environment));
        var shield = GuestRun.OfAsync(new(guest, ShieldVariant.Shield, environment));
        return Comparison.Of(guest.Name, environment, await none, await handler, await shield);
    }
}
