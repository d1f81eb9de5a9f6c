using System.Text.RegularExpressions;
using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Monitoring;

/// <summary>Links to pages and headings of the docs.</summary>
internal static partial class DocsPage
{
    /// <summary>Whether there is the page, and the heading after <c>#</c>, as a link from the root of the repository names them.</summary>
    public static bool Exists(string link)
    {
        const string Root = "docs/";
        var (page, heading) = link.Split('#') is [var path, var anchor] ? (path, anchor) : (link, null);
        if (!page.StartsWith(Root, StringComparison.Ordinal))
            return false;

        var file = Path.Combine(BuildPaths.Docs, page[Root.Length..]);
        return File.Exists(file)
            && (heading is null || File.ReadLines(file).Any(line => line.StartsWith('#') && Anchor(line.TrimStart('#').Trim()) == heading));
    }

    private static string Anchor(string heading) => NotInAnchors().Replace(heading.ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchors();
}
