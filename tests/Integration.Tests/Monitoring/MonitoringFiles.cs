using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Monitoring;

/// <summary>The files of k8s/components/monitoring.</summary>
internal static class MonitoringFiles
{
    public static string Folder => Path.Combine(BuildPaths.Kubernetes, "components", "monitoring");

    public static string Alerts => Path.Combine(Folder, "alerts.yaml");

    public static string AlertTests => Path.Combine(Folder, "alerts.test.yaml");

    public static string Dashboard => Path.Combine(Folder, "dashboard.json");

    /// <summary>What Prometheus reads of the PrometheusRule, as the comment in its first lines says it.</summary>
    public static string RuleFile()
    {
        var lines = File.ReadAllLines(Alerts);
        var spec = Array.IndexOf(lines, "spec:");
        Assert.True(spec > 0, "alerts.yaml has no spec.");
        var rules = lines[(spec + 1)..];
        Assert.All(rules, line => Assert.True(line.Length == 0 || line.StartsWith("  ", StringComparison.Ordinal), $"Not below spec: {line}"));
        return string.Join('\n', rules.Select(line => line.Length == 0 ? line : line[2..]));
    }
}
