namespace CrashShield.Integration.Tests.Kubernetes.Policies;

/// <summary>What is mounted is there, what is written to is mounted, and none of it grows without end or in memory.</summary>
internal sealed class VolumePolicy : IManifestPolicy
{
    // What snapshots may take, which the volume has to be larger than: a pod is evicted when it fills one.
    private const long Snapshots = 2_000_000_000;

    private static readonly string[] Written = ["CrashShield__Snapshots__Directory", "Orders__Database"];

    public IEnumerable<string> Violations(Manifests manifests)
    {
        var (volumes, mounts) = (manifests.Pod.Volumes ?? [], manifests.Container.VolumeMounts ?? []);
        foreach (var mount in mounts.Where(mount => volumes.All(volume => volume.Name != mount.Name)))
            yield return $"{mount.MountPath} is on the volume {mount.Name}, which is not there.";
        foreach (var volume in volumes.Where(volume => mounts.All(mount => mount.Name != volume.Name)))
            yield return $"The volume {volume.Name} is mounted nowhere.";
        foreach (var volume in volumes.Where(volume => volume.EmptyDir is not { SizeLimit: not null, Medium: null or "" }))
            yield return $"The volume {volume.Name} is not on disk with a limit.";
        if (volumes.SingleOrDefault(volume => volume.Name == "dumps")?.EmptyDir?.SizeLimit is not { } limit || limit.ToInt64() <= Snapshots)
            yield return "The snapshots alone may fill the volume dumps.";

        // The runtime's own: its diagnostic socket, and what is extracted or uploaded.
        foreach (var path in Written.Select(variable => manifests.Environment.GetValueOrDefault(variable)).Append("/tmp"))
        {
            if (!mounts.Any(mount => path == mount.MountPath || path?.StartsWith(mount.MountPath + "/", StringComparison.Ordinal) == true))
                yield return $"{path} is written to, and the root is read-only there.";
        }
    }
}
