using CrashShield.Guest.Tests.Runs;
using CrashShield.GuestApps.Running;

namespace CrashShield.Guest.Tests;

/// <summary>Which applications every build runs: a fixed third, and those that a change touches. The others are explicit.</summary>
internal static class GuestLane
{
    // Beyond the fixed third: two minutes are what all of it may take on two cores.
    private const int MostTouched = 8;

    public static IEnumerable<TheoryDataRow<string>> Rows
    {
        get
        {
            var changed = ChangedFiles.All;
            var touched = GuestCatalog.All
                .Where(guest => !guest.IsShort && Touches(guest, changed))
                .Take(MostTouched)
                .Select(guest => guest.Name)
                .ToHashSet();
            return GuestCatalog.All.Select(guest => new TheoryDataRow<string>(guest.Name)
            {
                Explicit = !guest.IsShort && !touched.Contains(guest.Name),
            });
        }
    }

    private static bool Touches(GuestApps.Running.Guest guest, IReadOnlyList<string> changed) => changed.Any(file =>
        guest.File.EndsWith(file, StringComparison.Ordinal) || guest.About.Any(folder => file.StartsWith($"src/{folder}/", StringComparison.Ordinal)));
}
