namespace CrashShield.Integration.Tests.Kubernetes.Policies;

internal static class ManifestPolicies
{
    public static IReadOnlyList<IManifestPolicy> All { get; } =
    [
        new ProbePolicy(), new SelectorPolicy(), new ServicePolicy(), new ShutdownPolicy(), new DisruptionPolicy(), new ResourcePolicy(),
        new SecurityPolicy(), new VolumePolicy(), new AutoscalerPolicy(), new IngressPolicy(), new ImagePolicy(), new SettingPolicy(),
    ];

    public static IReadOnlyList<string> Violations(Manifests manifests) => [.. All.SelectMany(policy => policy.Violations(manifests))];
}
