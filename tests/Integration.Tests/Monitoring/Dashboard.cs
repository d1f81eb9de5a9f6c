using System.Text.Json.Nodes;

namespace CrashShield.Integration.Tests.Monitoring;

/// <summary>Grafana's dashboard.</summary>
internal sealed class Dashboard
{
    private readonly JsonNode _root = JsonNode.Parse(File.ReadAllText(MonitoringFiles.Dashboard))!;

    public IReadOnlyList<JsonNode> Panels => Nodes(_root["panels"]);

    public IReadOnlyList<JsonNode> Variables => Nodes(_root["templating"]!["list"]);

    public IReadOnlyList<JsonNode> Targets => [.. Panels.SelectMany(panel => Nodes(panel["targets"]))];

    /// <summary>The queries of all panels and variables.</summary>
    public IReadOnlyList<string> Queries =>
    [
        .. Targets.Select(target => (string)target["expr"]!),
        .. Variables.Where(variable => (string?)variable["type"] == "query").Select(variable => (string)variable["query"]!["query"]!),
    ];

    public string Text => _root.ToJsonString();

    private static IReadOnlyList<JsonNode> Nodes(JsonNode? array) => [.. (array as JsonArray ?? []).OfType<JsonNode>()];
}
