using CrashShield.Guest.Tests.Runs;
using CrashShield.GuestApps.Seen;

namespace CrashShield.Guest.Tests.Differences;

/// <summary>
/// Finds what differs between three runs of an application. What the shield does as ASP.NET Core's own handler does is no
/// difference: that is what the place is for.
/// </summary>
internal static class Comparison
{
    public static IEnumerable<Difference> Of(
        string app, string environment, IReadOnlyList<Scene> none, IReadOnlyList<Scene> handler, IReadOnlyList<Scene> shield)
    {
        foreach (var with in shield)
        {
            var scenes = new Trio(Find(none, with.Name), Find(handler, with.Name), with);
            foreach (var (facet, n, h, s) in Values(scenes).Concat(Lines(scenes)))
            {
                if (s != h)
                    yield return new(app, environment, scenes, facet, n, h, s);
            }
        }
    }

    private static Scene Find(IReadOnlyList<Scene> scenes, string name) =>
        scenes.FirstOrDefault(scene => scene.Name == name) ?? new Scene(name, new Dictionary<string, string> { ["status"] = "not played" }, []);

    private static IEnumerable<(string Facet, string? None, string? Handler, string? Shield)> Values(Trio scenes) =>
        scenes.None.Values.Keys.Union(scenes.Handler.Values.Keys).Union(scenes.Shield.Values.Keys).Order(StringComparer.Ordinal).Select(facet => (
            facet,
            scenes.None.Values.GetValueOrDefault(facet),
            scenes.Handler.Values.GetValueOrDefault(facet),
            scenes.Shield.Values.GetValueOrDefault(facet)));

    // By how often each line was seen, not by its place: concurrent work has no order.
    private static IEnumerable<(string Facet, string? None, string? Handler, string? Shield)> Lines(Trio scenes)
    {
        var (none, handler, shield) = (Counts(scenes.None), Counts(scenes.Handler), Counts(scenes.Shield));
        SeenLine[] all = [.. none.Keys.Union(handler.Keys).Union(shield.Keys)];
        // Scopes and culture of an entry that is itself lost or new say nothing more.
        var entries = all
            .Where(line => line.Kind == SeenKind.Log && !(Count(none, line) == Count(handler, line) && Count(handler, line) == Count(shield, line)))
            .Select(line => EntryOf(line.Text))
            .ToHashSet();
        return all
            .Where(line => line.Kind is not (SeenKind.LogScopes or SeenKind.LogCulture) || !entries.Contains(EntryOf(line.Text)))
            .Select(line => (line.Kind.ToString(), Text(line, Count(none, line)), Text(line, Count(handler, line)), Text(line, Count(shield, line))));
    }

    private static Dictionary<SeenLine, int> Counts(Scene scene) => scene.Lines.Select(Comparable).GroupBy(line => line).ToDictionary(
        lines => lines.Key,
        lines => lines.Key.Kind is SeenKind.LogScopes or SeenKind.LogCulture ? 1 : lines.Count());

    // In whose scopes and culture a failure is logged is compared, whoever logs it.
    private static SeenLine Comparable(SeenLine line) => line.Kind is SeenKind.LogScopes or SeenKind.LogCulture && Trio.IsFailureEntry(line.Text)
        ? line with { Text = $"the failure{line.Text[(line.Text.IndexOf(']') + 1)..]}" }
        : line;

    private static string EntryOf(string text) => text[..(text.IndexOf(']') + 1)];

    private static int Count(Dictionary<SeenLine, int> counts, SeenLine line) => counts.GetValueOrDefault(line);

    private static string? Text(SeenLine line, int count) => count switch
    {
        0 => null,
        1 => line.Text,
        _ => $"{line.Text} ({count} times)",
    };
}
