using System.Globalization;
using System.Text.RegularExpressions;

namespace CrashShield.Drills.Processes;

/// <summary>The first line of an entry in the sample's log, as the console writes it by default: <c>warn: Category[2100]</c>. The message follows on lines of its own.</summary>
/// <param name="Level">Its level in four letters.</param>
/// <param name="Category">Its category.</param>
/// <param name="Event">The name of the event; <see langword="null"/> for the events of other libraries.</param>
internal sealed partial record LogHeader(string Level, string Category, string? Event)
{
    private static readonly EventNames Events = new(Path.GetDirectoryName(BuildPaths.WebApi)!);

    /// <summary>Reads a line.</summary>
    /// <returns><see langword="null"/> for any other line.</returns>
    public static LogHeader? Read(string line)
    {
        if (Header().Match(line) is not { Success: true } match)
            return null;
        var category = match.Groups["category"].Value;
        return new(match.Groups["level"].Value, category, Events.Find(category, int.Parse(match.Groups["id"].ValueSpan, CultureInfo.InvariantCulture)));
    }

    [GeneratedRegex(@"^(?<level>[a-z]{4}): (?<category>[^ ]+)\[(?<id>[0-9]+)\]$")]
    private static partial Regex Header();
}
