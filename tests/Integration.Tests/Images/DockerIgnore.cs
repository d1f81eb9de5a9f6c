using System.Text.RegularExpressions;
using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Images;

/// <summary>What .dockerignore leaves of the repository: the last pattern that takes a path, or a folder above it, decides.</summary>
internal sealed class DockerIgnore
{
    private readonly IReadOnlyList<(Regex Pattern, bool Includes)> _rules;

    private DockerIgnore(IReadOnlyList<(Regex Pattern, bool Includes)> rules) => _rules = rules;

    public static DockerIgnore Load() => Parse(File.ReadAllText(Path.Combine(BuildPaths.Repository, ".dockerignore")));

    public static DockerIgnore Parse(string text) => new(
    [
        .. text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && !line.StartsWith('#'))
            .Select(line => (Expression(line.TrimStart('!')), line.StartsWith('!'))),
    ]);

    /// <param name="path">From the root of the repository on.</param>
    public bool Includes(string path) => _rules.Aggregate(true, (included, rule) => rule.Pattern.IsMatch(path) ? rule.Includes : included);

    // ** is any number of folders; anything else stays in one.
    private static Regex Expression(string pattern) => new(
        "^" + Regex.Escape(pattern).Replace(@"\*\*/", "(.*/)?", StringComparison.Ordinal).Replace(@"\*\*", ".*", StringComparison.Ordinal)
            .Replace(@"\*", "[^/]*", StringComparison.Ordinal).Replace(@"\?", "[^/]", StringComparison.Ordinal) + "(/.*)?$");
}
