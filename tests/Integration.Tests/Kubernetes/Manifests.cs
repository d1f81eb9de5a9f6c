using k8s;
using k8s.Models;

namespace CrashShield.Integration.Tests.Kubernetes;

/// <summary>The objects that one build of kustomize has, read strictly: a field that the API does not have is an error.</summary>
internal sealed class Manifests
{
    // The client knows no custom resources.
    private static readonly Dictionary<string, Type> CustomResources = new()
    {
        ["monitoring.coreos.com/v1/PodMonitor"] = typeof(PodMonitor),
        ["monitoring.coreos.com/v1/PrometheusRule"] = typeof(PrometheusRule),
    };

    private readonly IReadOnlyList<object> _objects;

    private Manifests(IReadOnlyList<object> objects) => _objects = objects;

    public V1Deployment Deployment => All<V1Deployment>().Single();

    public V1PodSpec Pod => Deployment.Spec.Template.Spec;

    public IDictionary<string, string> PodLabels => Deployment.Spec.Template.Metadata.Labels;

    public V1Container Container => Pod.Containers.Single();

    public IReadOnlyDictionary<string, string> Environment => Container.Env.ToDictionary(variable => variable.Name, variable => variable.Value);

    /// <summary>How many pods there are at least while nothing is disrupted.</summary>
    public int Replicas => Deployment.Spec.Replicas ?? All<V2HorizontalPodAutoscaler>().SingleOrDefault()?.Spec.MinReplicas ?? 1;

    public static Manifests Parse(string text) => new([.. KubernetesYaml.LoadAllFromString(text, CustomResources, strict: true)]);

    public static async Task<Manifests> BuildAsync(string path) => Parse(await Kustomization.BuildAsync(path));

    public IEnumerable<T> All<T>() => _objects.OfType<T>();
}
