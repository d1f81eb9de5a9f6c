using System.Globalization;
using k8s.Models;

namespace CrashShield.Integration.Tests.Kubernetes.Policies;

/// <summary>No drained node, no rollout and no failed machine takes all replicas.</summary>
internal sealed class DisruptionPolicy : IManifestPolicy
{
    public IEnumerable<string> Violations(Manifests manifests)
    {
        var budget = manifests.All<V1PodDisruptionBudget>().SingleOrDefault();
        // A lone replica is for development, where a budget would only keep the node from being drained.
        if (manifests.Replicas > 1 != budget is not null)
            yield return $"{manifests.Replicas} replicas, and {(budget is null ? "no" : "a")} disruption budget.";
        if (budget is not null && (budget.Spec.MinAvailable is not null || Count(budget.Spec.MaxUnavailable) is not { } gone || manifests.Replicas - gone < 1 || gone < 1))
            yield return $"Of {manifests.Replicas} replicas the disruption budget leaves none, or lets none go.";
        if (Count(manifests.Deployment.Spec.Strategy?.RollingUpdate?.MaxUnavailable) != 0)
            yield return "A rollout stops replicas before the new ones are ready.";
        if ((manifests.Pod.TopologySpreadConstraints ?? []).All(spread => spread is not { TopologyKey: "kubernetes.io/hostname", MaxSkew: 1 }))
            yield return "All replicas may be on one node.";
    }

    private static int? Count(IntOrString? value) => int.TryParse(value?.Value, CultureInfo.InvariantCulture, out var count) ? count : null;
}
