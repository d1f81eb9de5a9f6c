using k8s.Models;

namespace CrashShield.Integration.Tests.Kubernetes.Policies;

/// <summary>The restricted profile of the pod security standards, and a read-only root without a token on top.</summary>
internal sealed class SecurityPolicy : IManifestPolicy
{
    private const int User = 1654;

    public IEnumerable<string> Violations(Manifests manifests)
    {
        var (pod, container) = (manifests.Pod.SecurityContext, manifests.Container.SecurityContext);
        if (pod is not { RunAsNonRoot: true, RunAsUser: User, RunAsGroup: User } || container is { RunAsUser: not null } or { RunAsNonRoot: false })
            yield return $"The container does not run as {User}.";
        if (pod?.SeccompProfile?.Type != "RuntimeDefault" || container?.SeccompProfile is not null)
            yield return "The seccomp profile is not RuntimeDefault.";
        if (container is not { AllowPrivilegeEscalation: false, Privileged: not true })
            yield return "Privileges may be gained.";
        if (container?.Capabilities is not { Drop: ["ALL"], Add: null or { Count: 0 } })
            yield return "Not all capabilities are dropped.";
        if (container?.ReadOnlyRootFilesystem != true)
            yield return "The root file system can be written to.";
        if (manifests.Pod.AutomountServiceAccountToken != false)
            yield return "The service account's token is mounted.";
        if (manifests.Pod is { HostNetwork: true } or { HostPID: true } or { HostIPC: true } || manifests.Container.Ports.Any(port => port.HostPort is not null))
            yield return "The pod shares something with its host.";
        if (manifests.Container.TerminationMessagePolicy != "FallbackToLogsOnError")
            yield return "A container that dies leaves no last words in the pod's status.";
        foreach (var space in manifests.All<V1Namespace>())
        {
            if (space.Metadata.Labels?.TryGetValue("pod-security.kubernetes.io/enforce", out var profile) != true || profile != "restricted")
                yield return $"The namespace {space.Metadata.Name} does not enforce the restricted profile.";
        }
    }
}
