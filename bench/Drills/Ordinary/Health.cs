using System.Text.Json.Nodes;
using CrashShield.Drills.Processes;

namespace CrashShield.Drills.Ordinary;

/// <summary>What the product says of itself: its circuit, and its snapshots.</summary>
/// <param name="Level">The worst level that the circuit has had.</param>
/// <param name="Changes">Each change of it, with its reason.</param>
/// <param name="State">What it takes the process to be doing, where it says so.</param>
/// <param name="Snapshots">How many it has written, or tried to.</param>
internal sealed record Health(string Level, IReadOnlyList<string> Changes, string? State, double Snapshots)
{
    private const string Healthy = "Closed";
    private static readonly string[] Levels = [Healthy, "Degraded", "Open", "Failed"];
    private static readonly string[] StateNames = ["processor", "state", "work"];
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    public bool HasStayedClosed => Level == Healthy && Changes is [];

    public static async Task<Health> AskAsync(Uri server, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = server, Timeout = Deadline };
        var report = await ReportAsync(client, cancellationToken);
        var history = report["history"]?.AsArray() ?? [];
        var metrics = new Metrics(await client.GetStringAsync("/metrics", cancellationToken));
        return new(
            history.Select(change => (string)change!["to"]!).Append((string)report["level"]!).MaxBy(level => Array.IndexOf(Levels, level))!,
            [.. history.Select(change => $"{change!["from"]} to {change["to"]}: {change["reason"]}")], StateOf(report), metrics.Sum("crashshield_snapshots_total"));
    }

    /// <summary>What it takes the process to be doing now, or none when it does not say.</summary>
    public static async Task<string?> StateAsync(HttpClient client, CancellationToken cancellationToken) => StateOf(await ReportAsync(client, cancellationToken));

    private static async Task<JsonNode> ReportAsync(HttpClient client, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/healthz") { Headers = { { "Accept", "application/json" } } };
        using var answer = await client.SendAsync(request, cancellationToken);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellationToken))!;
    }

    private static string? StateOf(JsonNode report) =>
        StateNames.Select(name => report[name]).FirstOrDefault(node => node is not null) is { } state ? (state as JsonObject)?["state"]?.ToString() ?? state.ToString() : null;
}
