using CrashShield.Integration.Tests.Kubernetes;
using CrashShield.Integration.Tests.Processes;
using YamlDotNet.RepresentationModel;

namespace CrashShield.Integration.Tests.Monitoring;

/// <summary>The base with the component on it.</summary>
public class ComponentTests
{
    [Fact]
    public async Task KustomizeAddsRulesMonitorAndDashboardToTheBase()
    {
        AssertMonitored([.. Yaml.Load(await Kustomization.BuildAsync(Path.Combine("components", "monitoring")))]);
    }

    [Fact]
    public void MonitorFindsThePodsAndThePortOfTheBase()
    {
        var deployment = Load(BuildPaths.Kubernetes, "base", "deployment.yaml");
        var kustomization = Load(BuildPaths.Kubernetes, "base", "kustomization.yaml");
        var monitor = Load(MonitoringFiles.Folder, "podmonitor.yaml");

        var labels = kustomization.Items("labels").Single(item => item.Text("includeSelectors") == "true");
        var selector = Assert.IsType<YamlMappingNode>(monitor.At("spec", "selector", "matchLabels"));
        Assert.All(selector.Children, label => Assert.Equal(label.Value, labels.At("pairs", ((YamlScalarNode)label.Key).Value!)));
        Assert.NotNull(labels.At("pairs", monitor.Text("spec", "jobLabel")!));
        AssertPort(deployment, monitor);
    }

    [Fact]
    public void KustomizationNamesEachFileOfItsFolder()
    {
        var kustomization = Load(MonitoringFiles.Folder, "kustomization.yaml");

        Assert.Equal("Component", kustomization.Text("kind"));
        var named = kustomization.Items("resources").Concat(kustomization.Items("configMapGenerator").Single().Items("files")).Select(file => file.ToString());
        var there = new DirectoryInfo(MonitoringFiles.Folder).GetFiles().Select(file => file.Name).Except(["kustomization.yaml", "alerts.test.yaml"]);
        Assert.Equal(there.Order(), named.Order());
    }

    private static void AssertMonitored(IReadOnlyList<YamlNode> objects)
    {
        YamlNode Single(string kind) => Assert.Single(objects, item => item.Text("kind") == kind);

        Assert.All(objects, item => Assert.Equal("shop", item.Text("metadata", "namespace")));
        Assert.Equal("1", Single("ConfigMap").Text("metadata", "labels", "grafana_dashboard"));
        Assert.Equal(File.ReadAllText(MonitoringFiles.Dashboard), Single("ConfigMap").Text("data", "dashboard.json"));
        Assert.Equal(
            Rule.All().Select(rule => rule.Query),
            Single("PrometheusRule").Items("spec", "groups").SelectMany(group => group.Items("rules")).Select(rule => rule.Text("expr")!));
        var (deployment, monitor) = (Single("Deployment"), Single("PodMonitor"));
        var selector = Assert.IsType<YamlMappingNode>(monitor.At("spec", "selector", "matchLabels"));
        Assert.All(selector.Children, label =>
            Assert.Equal(label.Value, deployment.At("spec", "template", "metadata", "labels", ((YamlScalarNode)label.Key).Value!)));
        AssertPort(deployment, monitor);
    }

    private static void AssertPort(YamlNode deployment, YamlNode monitor)
    {
        var endpoint = Assert.Single(monitor.Items("spec", "podMetricsEndpoints"));
        var container = Assert.Single(deployment.Items("spec", "template", "spec", "containers"));
        var port = Assert.Single(container.Items("ports"), port => port.Text("name") == endpoint.Text("port"));
        var management = Assert.Single(container.Items("env"), variable => variable.Text("name") == "CrashShield__Endpoints__ManagementPort");
        Assert.Equal(management.Text("value"), port.Text("containerPort"));
        Assert.Equal("/metrics", endpoint.Text("path"));
    }

    private static YamlNode Load(params string[] path) => Assert.Single(Yaml.Load(File.ReadAllText(Path.Combine(path))));
}
