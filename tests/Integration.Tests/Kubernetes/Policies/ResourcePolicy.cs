namespace CrashShield.Integration.Tests.Kubernetes.Policies;

/// <summary>Memory that is promised is there, and the processor is shared by weight and never taken away.</summary>
internal sealed class ResourcePolicy : IManifestPolicy
{
    public IEnumerable<string> Violations(Manifests manifests)
    {
        var (requests, limits) = (manifests.Container.Resources?.Requests, manifests.Container.Resources?.Limits);
        var memory = limits?.TryGetValue("memory", out var limit) == true ? limit.ToDecimal() : (decimal?)null;
        if (memory is null)
            yield return "There is no memory limit.";
        if (requests?.TryGetValue("memory", out var requested) != true || requested!.ToDecimal() != memory)
            yield return "The memory request is not the limit: the node may run out before the container does.";
        if (requests?.ContainsKey("cpu") != true)
            yield return "There is no processor request: the container gets what nobody wants.";
        if (limits?.ContainsKey("cpu") == true)
            yield return "A processor limit stops probes and drains with the rest.";
    }
}
