using System.Text.Json.Nodes;

namespace CrashShield.Report;

/// <summary>Everything that one run of <c>bench/run.sh</c> has left in its folder.</summary>
internal sealed class Measurements(IReadOnlyList<Measurement> all, JsonArray errorPath, IReadOnlyList<JsonNode> drills, IReadOnlyList<DrillBar> bars)
{
    /// <summary>What <c>--error-path</c> printed: spans off and on, sync and async.</summary>
    public JsonArray ErrorPath { get; } = errorPath;

    /// <summary>The last lines of the <c>errors</c> drill's runs.</summary>
    public IReadOnlyList<JsonNode> Drills { get; } = drills;

    /// <summary>The bars of all other drills.</summary>
    public IReadOnlyList<DrillBar> DrillBars { get; } = bars;

    public IEnumerable<IGrouping<string, Measurement>> ByType => all.GroupBy(measurement => measurement.Type).OrderBy(group => group.Key, StringComparer.Ordinal);

    public static Measurements Read(string folder) => new(
        [.. Directory.GetFiles(folder, "*-report-brief.json", SearchOption.AllDirectories).SelectMany(Benchmarks)],
        JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "error-path.json")))!.AsArray(),
        [.. Directory.GetFiles(folder, "errors*.json").Order(StringComparer.Ordinal).Select(file => JsonNode.Parse(File.ReadAllText(file))!)],
        [.. Directory.GetFiles(folder, "drill-*.json").Order(StringComparer.Ordinal).SelectMany(file => DrillBar.Of(JsonNode.Parse(File.ReadAllText(file))!))]);

    /// <exception cref="InvalidOperationException">It was not measured.</exception>
    public Measurement Of(string type, string method, string parameters = "") =>
        all.FirstOrDefault(measurement => measurement.Type == type && measurement.Method == method && measurement.Parameters == parameters)
        ?? throw new InvalidOperationException($"{type}.{method}({parameters}) was not measured.");

    private static IEnumerable<Measurement> Benchmarks(string file) =>
        from benchmark in JsonNode.Parse(File.ReadAllText(file))!["Benchmarks"]!.AsArray()
        where benchmark!["Statistics"] is not null
        select new Measurement(
            (string)benchmark["Type"]!, (string)benchmark["Method"]!, (string?)benchmark["Parameters"] ?? "",
            (double)benchmark["Statistics"]!["Median"]!, (long?)benchmark["Memory"]?["BytesAllocatedPerOperation"] ?? 0);
}
