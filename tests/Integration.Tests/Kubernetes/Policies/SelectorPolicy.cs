using k8s.Models;

namespace CrashShield.Integration.Tests.Kubernetes.Policies;

/// <summary>Whatever selects pods selects these.</summary>
internal sealed class SelectorPolicy : IManifestPolicy
{
    // Dashboard, alerts and PodMonitor go by them.
    private static readonly string[] Required = ["app.kubernetes.io/name", "app.kubernetes.io/part-of"];

    public IEnumerable<string> Violations(Manifests manifests)
    {
        var labels = manifests.PodLabels;
        foreach (var name in Required.Where(name => !labels.ContainsKey(name)))
            yield return $"The pods have no label {name}.";
        if (!manifests.Deployment.Spec.Selector.Selects(labels))
            yield return "The deployment does not select its own pods.";
        foreach (var service in manifests.All<V1Service>().Where(service => !service.Spec.Selector.Selects(labels)))
            yield return $"The service {service.Metadata.Name} selects no pod.";
        foreach (var budget in manifests.All<V1PodDisruptionBudget>().Where(budget => !budget.Spec.Selector.Selects(labels)))
            yield return $"The disruption budget {budget.Metadata.Name} does not select the pods alone.";
        foreach (var spread in (manifests.Pod.TopologySpreadConstraints ?? []).Where(spread => !spread.LabelSelector.Selects(labels)))
            yield return $"The spread over {spread.TopologyKey} does not count the pods.";
        foreach (var monitor in manifests.All<PodMonitor>().Where(monitor => monitor.Spec?.Selector.Selects(labels) != true))
            yield return $"The monitor {monitor.Metadata?.Name} finds no pod.";
    }
}
