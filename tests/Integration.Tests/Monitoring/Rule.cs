using YamlDotNet.RepresentationModel;

namespace CrashShield.Integration.Tests.Monitoring;

/// <summary>A rule of alerts.yaml: an alert, or a series that is recorded.</summary>
internal sealed record Rule(string? Alert, string? Record, string Query, string? Severity, string? Summary, string? Description, string? Runbook)
{
    public static IReadOnlyList<Rule> All() =>
    [
        .. Yaml.Load(MonitoringFiles.RuleFile()).Single().Items("groups").SelectMany(group => group.Items("rules")).Select(Of),
    ];

    public static IReadOnlyList<Rule> Alerts() => [.. All().Where(rule => rule.Alert is not null)];

    public override string ToString() => Alert ?? Record ?? Query;

    private static Rule Of(YamlNode rule) => new(
        rule.Text("alert"), rule.Text("record"), rule.Text("expr")!, rule.Text("labels", "severity"),
        rule.Text("annotations", "summary"), rule.Text("annotations", "description"), rule.Text("annotations", "runbook"));
}
