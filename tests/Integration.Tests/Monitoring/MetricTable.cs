using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Monitoring;

/// <summary>The table of metrics in docs/telemetry.md: Prometheus' names with their labels.</summary>
internal static class MetricTable
{
    public static IReadOnlyDictionary<string, HashSet<string>> Read() => File.ReadLines(Path.Combine(BuildPaths.Docs, "telemetry.md"))
        .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && line.Contains("| `crashshield_", StringComparison.Ordinal))
        .Select(line => line.Split('|'))
        .ToDictionary(cells => cells[2].Trim(' ', '`'), cells => Labels(cells[3]));

    private static HashSet<string> Labels(string cell) =>
        cell.Split(',').Select(tag => tag.Trim(' ', '`').Replace('.', '_')).Where(tag => tag.Length > 0).ToHashSet();
}
