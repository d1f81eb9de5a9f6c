using k8s.Models;

namespace CrashShield.Integration.Tests.Kubernetes.Policies;

/// <summary>The probes are there, on ports of the container, and patient enough not to kill what is only busy.</summary>
internal sealed class ProbePolicy : IManifestPolicy
{
    private const int LivenessTimeout = 5;
    private const int LivenessPatience = 30;
    private const int StartupPatience = 60;

    public IEnumerable<string> Violations(Manifests manifests)
    {
        var container = manifests.Container;
        foreach (var (name, probe) in new[] { ("startup", container.StartupProbe), ("liveness", container.LivenessProbe), ("readiness", container.ReadinessProbe) })
        {
            if (probe?.HttpGet is not { } request)
                yield return $"There is no {name} probe over HTTP.";
            else if (container.Ports.All(port => port.Name != request.Port))
                yield return $"The {name} probe's port {request.Port?.Value} is no named port of the container.";
        }

        if (Patience(container.StartupProbe) < StartupPatience)
            yield return $"A start may take only {Patience(container.StartupProbe)} s.";
        if ((container.LivenessProbe?.TimeoutSeconds ?? 1) < LivenessTimeout)
            yield return $"The liveness probe waits for less than {LivenessTimeout} s.";
        if (Patience(container.LivenessProbe) < LivenessPatience)
            yield return $"The liveness probe kills after {Patience(container.LivenessProbe)} s.";
        if (container.LivenessProbe?.HttpGet?.Path == container.ReadinessProbe?.HttpGet?.Path)
            yield return "Liveness and readiness ask the same: what is not ready would be killed.";
    }

    private static int Patience(V1Probe? probe) => (probe?.PeriodSeconds ?? 10) * (probe?.FailureThreshold ?? 3);
}
