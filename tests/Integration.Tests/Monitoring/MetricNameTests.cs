using System.Text.RegularExpressions;
using CrashShield.Integration.Tests.Sample;

namespace CrashShield.Integration.Tests.Monitoring;

/// <summary>Compares what a real process exports with the table in the docs, and both with the queries of alerts and dashboard.</summary>
public partial class MetricNameTests
{
    private const string Ours = "crashshield_";

    // What Prometheus and its operator add to each series.
    private static readonly string[] TargetLabels = ["namespace", "pod", "job", "instance", "app_kubernetes_io_part_of"];
    private static readonly string[] PrometheusOwn = ["up"];
    private static readonly IReadOnlyDictionary<string, HashSet<string>> Table = MetricTable.Read();

    [Fact]
    public async Task WhatARealProcessExportsIsInTheTable()
    {
        var exported = await ExportedAsync();

        // All that can be had without overload or a service that crashes; the rest is compared by name, by the middleware's tests.
        Assert.Superset(
            new HashSet<string> { "crashshield_circuit_level", "crashshield_pressure_ratio", "crashshield_pressure_blind", "crashshield_admission_limit", "crashshield_exceptions_total", "crashshield_tasks_abandoned_total", "crashshield_tasks_stuck_total" },
            exported.Keys.ToHashSet());
        Assert.All(exported.Where(series => series.Key.StartsWith(Ours, StringComparison.Ordinal)), series =>
        {
            Assert.Contains(series.Key, Table.Keys);
            Assert.Equal(Table[series.Key].Order(), series.Value.Order());
        });
    }

    [Fact]
    public async Task WhatAlertsAndDashboardAskForIsExported()
    {
        var exported = await ExportedAsync();
        var recorded = Rule.All().Select(rule => rule.Record).OfType<string>().ToHashSet();
        var labels = Table.Values.SelectMany(tags => tags).Concat(TargetLabels).ToHashSet();

        foreach (var query in Rule.All().Select(rule => rule.Query).Concat(new Dashboard().Queries))
        {
            var asked = PromQuery.Parse(query);
            Assert.NotEmpty(asked.Metrics);
            Assert.All(asked.Metrics, metric => Assert.True(
                metric.StartsWith(Ours, StringComparison.Ordinal) ? Table.ContainsKey(metric)
                    : exported.ContainsKey(metric) || recorded.Contains(metric) || PrometheusOwn.Contains(metric),
                $"{metric} is not exported: {query}"));
            var of = asked.Metrics.All(Table.ContainsKey) ? asked.Metrics.SelectMany(metric => Table[metric]).Concat(TargetLabels).ToHashSet() : labels;
            Assert.All(asked.Labels, label => Assert.True(of.Contains(label), $"No metric of it has the label {label}: {query}"));
        }

        Assert.All(LabelsInTexts(), label => Assert.Contains(label, labels));
    }

    [Fact]
    public void EachMetricIsOnTheDashboard()
    {
        var shown = new Dashboard().Queries.SelectMany(query => PromQuery.Parse(query).Metrics).ToHashSet();

        Assert.NotEmpty(Table);
        Assert.All(Table.Keys, metric => Assert.Contains(metric, shown));
    }

    private static IEnumerable<string> LabelsInTexts() => new Dashboard().Targets.Select(target => (string)target["legendFormat"]!)
        .Concat(Rule.Alerts().SelectMany(rule => new[] { rule.Summary!, rule.Description! }))
        .SelectMany(text => LabelInText().Matches(text)).Select(match => match.Groups["label"].Value);

    /// <summary>The names of the real sample's metrics after some trouble, and the labels that any series of each has.</summary>
    private static async Task<Dictionary<string, HashSet<string>>> ExportedAsync()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var environment = new Dictionary<string, string> { ["CrashShield__Telemetry__Meters__9"] = "Microsoft.AspNetCore.Hosting" };
        await using var sample = await SampleProcess.StartAsync(environment);
        foreach (var drill in new[] { "throw", "leak?count=1", "channel-leak?count=1" })
            (await sample.Client.GetAsync("/drill/" + drill, cancellationToken)).Dispose();
        await sample.WaitForMetricAsync("crashshield_tasks_abandoned_total{", 1);
        await sample.WaitForMetricAsync("crashshield_tasks_stuck_total{", 1);

        var exported = new Dictionary<string, HashSet<string>>();
        foreach (Match line in Series().Matches(await sample.Client.GetStringAsync("/metrics", cancellationToken)))
        {
            var name = line.Groups["name"].Value;
            exported.TryAdd(name, []);
            exported[name].UnionWith(line.Groups["label"].Captures.Select(label => label.Value));
        }

        return exported;
    }

    [GeneratedRegex("""^(?<name>\w+)(\{((?<label>\w+)="(\\.|[^"\\])*",?)*\})? """, RegexOptions.Multiline)]
    private static partial Regex Series();

    [GeneratedRegex(@"\{\{\s*(\$labels\.)?(?<label>[a-z_]+)\s*\}\}")]
    private static partial Regex LabelInText();
}
