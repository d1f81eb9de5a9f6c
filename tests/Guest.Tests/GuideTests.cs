using CrashShield.Guest.Tests.Differences;
using CrashShield.Guest.Tests.Guide;
using CrashShield.GuestApps.Running;

namespace CrashShield.Guest.Tests;

public class GuideTests
{
    [Fact]
    public void TheTableHasARowForEachKindOfDifferenceAndNoOther() =>
        Assert.Equal(DifferenceKinds.All.Select(kind => kind.Id).Order(StringComparer.Ordinal), GuideTable.Ids.Order(StringComparer.Ordinal));

    [Fact]
    public void ThereAreEnoughApplicationsOfEachKind()
    {
        Assert.True(GuestCatalog.All.Count >= 60);
        Assert.Equal(GuestCatalog.All.Count, GuestCatalog.All.Select(guest => guest.Name).Distinct().Count());
        Assert.True(Count(GuestKind.Pages) >= 12);
        Assert.True(Count(GuestKind.Realtime) >= 6);
        Assert.True(Count(GuestKind.Proxy) >= 6);
        Assert.True(Count(GuestKind.Worker) >= 6);
    }

    [Fact]
    public void EveryBuildRunsAThirdOfThemAndSomeOfEachKind()
    {
        var everyBuild = GuestCatalog.All.Where(guest => guest.IsShort).ToArray();

        Assert.True(everyBuild.Length * 3 >= GuestCatalog.All.Count);
        Assert.Equal(Enum.GetValues<GuestKind>(), everyBuild.Select(guest => guest.Kind).Distinct().Order());
    }

    private static int Count(GuestKind kind) => GuestCatalog.All.Count(guest => guest.Kind == kind);
}
