using System.Globalization;
using System.Text.RegularExpressions;

namespace CrashShield.Drills.Processes;

/// <summary>One scrape of <c>/metrics</c>.</summary>
internal sealed partial class Metrics(string text)
{
    /// <summary>The sum of all series of a metric.</summary>
    public double Sum(string name) => Samples(name).Sum(sample => sample.Value);

    /// <summary>The sum of the series that have a label with a value.</summary>
    public double Sum(string name, string label, string value) =>
        Samples(name).Where(sample => Label(sample.Labels, label) == value).Sum(sample => sample.Value);

    /// <summary>Whether there is a series that has a label with a value.</summary>
    public bool Has(string name, string label, string value) => Samples(name).Any(sample => Label(sample.Labels, label) == value);

    public IReadOnlyDictionary<Series, long> Exceptions() => Samples("crashshield_exceptions_total").ToDictionary(
        sample => new Series(Label(sample.Labels, "error_type"), Label(sample.Labels, "http_route"), Label(sample.Labels, "outcome")),
        sample => (long)sample.Value);

    private IEnumerable<(string Labels, double Value)> Samples(string name) =>
        from line in text.Split('\n')
        where line.StartsWith(name, StringComparison.Ordinal) && line.AsSpan(name.Length) is [' ' or '{', ..]
        select (line, double.Parse(line.AsSpan(line.LastIndexOf(' ') + 1), CultureInfo.InvariantCulture));

    private static string Label(string labels, string name) =>
        LabelPattern().Matches(labels).FirstOrDefault(match => match.Groups["name"].Value == name)?.Groups["value"].Value ?? "";

    [GeneratedRegex("""(?<name>\w+)="(?<value>[^"]*)"[,}]""")]
    private static partial Regex LabelPattern();
}
