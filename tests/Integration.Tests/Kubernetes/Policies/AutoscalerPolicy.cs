using k8s.Models;

namespace CrashShield.Integration.Tests.Kubernetes.Policies;

/// <summary>The autoscaler, where there is one, has a deployment to scale, a figure to scale by, and nobody who sets it back.</summary>
internal sealed class AutoscalerPolicy : IManifestPolicy
{
    public IEnumerable<string> Violations(Manifests manifests)
    {
        foreach (var scaler in manifests.All<V2HorizontalPodAutoscaler>())
        {
            var target = scaler.Spec.ScaleTargetRef;
            if (target is not { ApiVersion: "apps/v1", Kind: "Deployment" } || target.Name != manifests.Deployment.Metadata.Name)
                yield return $"The autoscaler scales {target.Kind} {target.Name}, which is not there.";
            if (manifests.Deployment.Spec.Replicas is not null)
                yield return "The deployment says how many replicas there are, and each apply sets the autoscaler's number back.";
            if (scaler.Spec.MinReplicas is not >= 2 || scaler.Spec.MaxReplicas <= scaler.Spec.MinReplicas)
                yield return $"The autoscaler goes from {scaler.Spec.MinReplicas} to {scaler.Spec.MaxReplicas} replicas.";
            if (scaler.Spec.Metrics is not [{ Type: "Resource", Resource: { Name: "cpu", Target: { Type: "Utilization", AverageUtilization: > 0 and < 100 } } }])
                yield return "The autoscaler does not go by the processor.";
            if (manifests.Container.Resources?.Requests?.ContainsKey("cpu") != true)
                yield return "The autoscaler has no request to take a share of.";
        }
    }
}
