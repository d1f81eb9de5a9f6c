using System.Text.RegularExpressions;

namespace CrashShield.Integration.Tests.Publishing;

/// <summary>A warning of the trimmer or of the native compiler: code that may not work in what is published.</summary>
/// <param name="Code">Its number, <c>IL2026</c>.</param>
/// <param name="Member">The member that it is about, with its namespace.</param>
/// <param name="Line">The whole line.</param>
internal sealed partial record TrimWarning(string Code, string Member, string Line)
{
    /// <summary>The warnings in what a build has printed, each once.</summary>
    public static IReadOnlyList<TrimWarning> In(IEnumerable<string> output) =>
    [
        .. output.Select(line => Pattern().Match(line)).Where(match => match.Success)
            .Select(match => new TrimWarning(match.Groups["code"].Value, match.Groups["member"].Value, match.Value)).DistinctBy(warning => warning.Line),
    ];

    public override string ToString() => Line;

    // The project that was built stands in brackets at the end.
    [GeneratedRegex(@"^.*\bwarning (?<code>IL\d{4}): (?<member>[^ (:]*).*?(?= \[[^\]]*\]$|$)")]
    private static partial Regex Pattern();
}
