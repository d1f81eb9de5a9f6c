namespace CrashShield.Integration.Tests.Kubernetes.Policies;

/// <summary>Each setting of ours is one that docs/configuration.md has: an unknown one ends the start.</summary>
internal sealed class SettingPolicy : IManifestPolicy
{
    public IEnumerable<string> Violations(Manifests manifests) =>
        manifests.Environment.Keys.Select(Settings.Unknown).OfType<string>().Select(setting => $"{setting} is no setting.");
}
