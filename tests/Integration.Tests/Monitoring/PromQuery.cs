using System.Text.RegularExpressions;

namespace CrashShield.Integration.Tests.Monitoring;

/// <summary>The names in a query: enough of PromQL to tell metrics from labels, functions and keywords.</summary>
internal sealed partial class PromQuery
{
    private static readonly HashSet<string> Keywords = ["and", "or", "unless", "offset", "bool"];

    private PromQuery(IReadOnlySet<string> metrics, IReadOnlySet<string> labels) => (Metrics, Labels) = (metrics, labels);

    public IReadOnlySet<string> Metrics { get; }

    public IReadOnlySet<string> Labels { get; }

    public static PromQuery Parse(string query)
    {
        var labels = new HashSet<string>();
        query = Strings().Replace(query, "\"\"");
        query = LabelValues().Replace(query, match =>
        {
            labels.Add(match.Groups["label"].Value);
            return match.Groups["metric"].Value;
        });
        query = LabelLists().Replace(query, match =>
        {
            labels.UnionWith(Names().Matches(match.Groups["list"].Value).Select(name => name.Value));
            return " ";
        });
        query = Durations().Replace(query, " ");
        return new(Names().Matches(query).Select(name => name.Value).Where(name => !Keywords.Contains(name)).ToHashSet(), labels);
    }

    [GeneratedRegex("\"[^\"]*\"")]
    private static partial Regex Strings();

    // Grafana's own function for the values of a variable.
    [GeneratedRegex(@"label_values\((?<metric>[^,{]+(\{[^}]*\})?),\s*(?<label>\w+)\)")]
    private static partial Regex LabelValues();

    [GeneratedRegex(@"\{(?<list>[^}]*)\}|\b(by|without|on|ignoring|group_left|group_right)\s*\((?<list>[^)]*)\)")]
    private static partial Regex LabelLists();

    [GeneratedRegex(@"\[[^\]]*\]|\boffset\s+\w+")]
    private static partial Regex Durations();

    // A name before a parenthesis is a function, or an aggregation; the latter may have its labels between.
    [GeneratedRegex(@"(?<![\w:.])[a-zA-Z_:][\w:]*\b(?!\s*\()")]
    private static partial Regex Names();
}
