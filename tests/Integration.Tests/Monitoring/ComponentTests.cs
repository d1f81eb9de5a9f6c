using CrashShield.Integration.Tests.Processes;
using YamlDotNet.RepresentationModel;

namespace CrashShield.Integration.Tests.Monitoring;

/// <summary>The base with the component on it.</summary>
public class ComponentTests
{
    [Fact]
    public async Task KustomizeAddsRulesMonitorAndDashboardToTheBase()
    {
        // No package of Debian's has a kubectl that knows components.
        Assert.SkipUnless(KubectlIsThere(), "needs kubectl 1.21 or later");
        var folder = Directory.CreateTempSubdirectory("crashshield-overlay-");
        try
        {
            // kustomize takes relative paths only.
            string Relative(params string[] path) => Path.GetRelativePath(folder.FullName, Path.Combine([BuildPaths.Kubernetes, .. path]));
            await File.WriteAllTextAsync(
                Path.Combine(folder.FullName, "kustomization.yaml"),
                $"namespace: shop\nresources:\n  - {Relative("base")}\ncomponents:\n  - {Relative("components", "monitoring")}\n",
                TestContext.Current.CancellationToken);

            var run = await CommandRun.OfAsync("kubectl", "kustomize", folder.FullName);

            run.AssertSucceeded();
            AssertMonitored([.. Yaml.Load(run.Output)]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
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

    private static bool KubectlIsThere() =>
        (Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator) ?? []).Any(folder => File.Exists(Path.Combine(folder, "kubectl")));
}
