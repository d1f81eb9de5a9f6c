using k8s.Models;

namespace CrashShield.Integration.Tests.Kubernetes.Policies;

/// <summary>A network policy, where there is one, opens the port of the requests to all and the management port to some.</summary>
internal sealed class IngressPolicy : IManifestPolicy
{
    public IEnumerable<string> Violations(Manifests manifests)
    {
        foreach (var policy in manifests.All<V1NetworkPolicy>())
        {
            if (!policy.Spec.PodSelector.Selects(manifests.PodLabels))
                yield return $"The network policy {policy.Metadata.Name} does not select the pods.";
            if (policy.Spec.PolicyTypes is not ["Ingress"])
                yield return $"The network policy {policy.Metadata.Name} is not of incoming connections alone.";
            foreach (var port in policy.Spec.Ingress.SelectMany(rule => rule.Ports ?? []).Where(port => manifests.Container.Ports.All(of => of.Name != port.Port)))
                yield return $"The network policy opens {port.Port?.Value}, which is no named port of the container.";
            if (!policy.Spec.Ingress.Any(rule => Opens(rule, "http") && rule.FromProperty is null or { Count: 0 }))
                yield return "The network policy keeps requests out.";
            var management = policy.Spec.Ingress.Where(rule => Opens(rule, "management")).ToList();
            if (management.Count == 0)
                yield return "The network policy keeps Prometheus out.";
            if (management.Any(rule => rule.FromProperty is not { Count: > 0 } || rule.FromProperty.Any(peer => !IsNamed(peer))))
                yield return "The network policy opens the management port to others than Prometheus.";
        }
    }

    // A rule without ports opens all of them.
    private static bool Opens(V1NetworkPolicyIngressRule rule, string port) => rule.Ports is not { Count: > 0 } || rule.Ports.Any(of => of.Port == port);

    private static bool IsNamed(V1NetworkPolicyPeer peer) =>
        peer is { IpBlock: null, PodSelector.MatchLabels.Count: > 0, NamespaceSelector.MatchLabels.Count: > 0 };
}
