using k8s.Models;

namespace CrashShield.Integration.Tests.Kubernetes.Policies;

/// <summary>Services lead to ports that are there, and none to the management port.</summary>
internal sealed class ServicePolicy : IManifestPolicy
{
    public IEnumerable<string> Violations(Manifests manifests)
    {
        foreach (var port in manifests.All<V1Service>().SelectMany(service => service.Spec.Ports))
        {
            var target = manifests.Container.Ports.SingleOrDefault(of => of.Name == port.TargetPort || $"{of.ContainerPort}" == port.TargetPort);
            if (target is null)
                yield return $"The service's port {port.Name} leads to {port.TargetPort?.Value}, which is no port of the container.";
            else if (target.Name == "management")
                yield return "A service shows the management port to the whole cluster.";
        }

        foreach (var (variable, name) in new[] { ("ASPNETCORE_HTTP_PORTS", "http"), ("CrashShield__Endpoints__ManagementPort", "management") })
        {
            var listening = manifests.Environment.GetValueOrDefault(variable);
            if (manifests.Container.Ports.All(port => port.Name != name || $"{port.ContainerPort}" != listening))
                yield return $"{variable} is {listening}, and no port {name} of the container has that number.";
        }
    }
}
