namespace CrashShield.Integration.Tests.Kubernetes.Policies;

/// <summary>A rule that the API server does not know, as its schema has no word for it.</summary>
internal interface IManifestPolicy
{
    /// <summary>What breaks the rule; nothing when all is well.</summary>
    IEnumerable<string> Violations(Manifests manifests);
}
