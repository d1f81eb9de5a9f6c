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
            var scenes = (None: Find(none, with.Name), Handler: Find(handler, with.Name));
            foreach (var (facet, n, h, s) in Values(scenes.None, scenes.Handler, with).Concat(Lines(scenes.None, scenes.Handler, with)))
            {
                if (s != h)
                    yield return new(app, environment, with, facet, n, h, s);
            }
        }
    }

    private static Scene Find(IReadOnlyList<Scene> scenes, string name) =>
        scenes.FirstOrDefault(scene => scene.Name == name) ?? new Scene(name, new Dictionary<string, string> { ["status"] = "not played" }, []);

    private static IEnumerable<(string Facet, string? None, string? Handler, string? Shield)> Values(Scene none, Scene handler, Scene shield) =>
        none.Values.Keys.Union(handler.Values.Keys).Union(shield.Values.Keys).Order(StringComparer.Ordinal).Select(facet => (
            facet, none.Values.GetValueOrDefault(facet), handler.Values.GetValueOrDefault(facet), shield.Values.GetValueOrDefault(facet)));

    // By how often each line was seen, not by its place: concurrent work has no order.
    private static IEnumerable<(string Facet, string? None, string? Handler, string? Shield)> Lines(Scene none, Scene handler, Scene shield)
    {
        foreach (var line in none.Lines.Concat(handler.Lines).Concat(shield.Lines).Distinct())
        {
            var (n, h, s) = (Count(none, line), Count(handler, line), Count(shield, line));
            yield return (line.Kind.ToString(), Text(line, n), Text(line, h), Text(line, s));
        }
    }

    private static int Count(Scene scene, SeenLine line) => scene.Lines.Count(seen => seen == line);

    private static string? Text(SeenLine line, int count) => count switch
    {
        0 => null,
        1 => line.Text,
        _ => $"{line.Text} ({count} times)",
    };
}
