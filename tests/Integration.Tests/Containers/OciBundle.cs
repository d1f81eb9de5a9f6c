using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using CrashShield.Integration.Tests.Kubernetes;

namespace CrashShield.Integration.Tests.Containers;

/// <summary>What kubelet and its runtime make of the pod, as an OCI bundle: the manifest's user, capabilities, root, volumes and memory.</summary>
/// <param name="manifests">Where it says so.</param>
/// <param name="folder">An empty folder for the bundle.</param>
[SupportedOSPlatform("linux")]
internal sealed class OciBundle(Manifests manifests, DirectoryInfo folder)
{
    /// <summary>What runs in it.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>The folder that is mounted as /app.</summary>
    public required string App { get; init; }

    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    public string Cgroup { get; } = $"/crashshield-{Guid.NewGuid():N}";

    /// <summary>Where a volume of the pod is on this machine.</summary>
    public string Volume(string name) => Path.Combine(folder.FullName, "volumes", name);

    public void Write()
    {
        var root = folder.CreateSubdirectory("rootfs");
        foreach (var path in new[] { "app", "dev", "etc", "proc", "sys", "usr" }.Concat(manifests.Container.VolumeMounts.Select(mount => mount.MountPath[1..])))
            root.CreateSubdirectory(path);
        foreach (var link in new[] { "bin", "lib", "lib64", "sbin" })
            File.CreateSymbolicLink(Path.Combine(root.FullName, link), "usr/" + link);
        foreach (var volume in manifests.Pod.Volumes)
        {
            // As an emptyDir: fsGroup is not needed then.
            Directory.CreateDirectory(Volume(volume.Name));
            File.SetUnixFileMode(Volume(volume.Name), (UnixFileMode)0b111_111_111);
        }

        File.WriteAllText(Path.Combine(folder.FullName, "config.json"), Configuration().ToJsonString());
    }

    private JsonObject Configuration()
    {
        var (pod, container) = (manifests.Pod.SecurityContext, manifests.Container.SecurityContext);
        Assert.Equal("RuntimeDefault", pod.SeccompProfile.Type);
        Assert.Equal("ALL", Assert.Single(container.Capabilities.Drop));
        var environment = Environment.Select(variable => $"{variable.Key}={variable.Value}").Append("PATH=/usr/bin:/bin");
        return new()
        {
            ["ociVersion"] = "1.0.2",
            ["process"] = new JsonObject
            {
                ["user"] = new JsonObject { ["uid"] = pod.RunAsUser, ["gid"] = pod.RunAsGroup },
                ["args"] = Array(Command),
                ["cwd"] = "/app",
                ["env"] = Array(environment),
                ["capabilities"] = new JsonObject(),
                ["noNewPrivileges"] = container.AllowPrivilegeEscalation == false,
            },
            ["root"] = new JsonObject { ["path"] = "rootfs", ["readonly"] = container.ReadOnlyRootFilesystem },
            ["mounts"] = new JsonArray([.. Mounts()]),
            ["linux"] = new JsonObject
            {
                ["cgroupsPath"] = Cgroup,
                ["resources"] = new JsonObject { ["memory"] = new JsonObject { ["limit"] = manifests.Container.Resources.Limits["memory"].ToInt64() } },
                // No network of its own: the test asks it from here.
                ["namespaces"] = new JsonArray([.. new[] { "pid", "ipc", "uts", "mount", "cgroup" }.Select(type => new JsonObject { ["type"] = type })]),
                ["maskedPaths"] = Array(["/proc/kcore", "/proc/keys", "/proc/timer_list", "/sys/firmware"]),
                ["readonlyPaths"] = Array(["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]),
                ["seccomp"] = SeccompProfile.Load(),
            },
        };
    }

    private IEnumerable<JsonObject> Mounts()
    {
        yield return Mount("/proc", "proc", "proc", "nosuid", "noexec", "nodev");
        yield return Mount("/dev", "tmpfs", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k");
        yield return Mount("/dev/shm", "tmpfs", "shm", "nosuid", "noexec", "nodev", "mode=1777", "size=65536k");
        yield return Mount("/sys", "sysfs", "sysfs", "nosuid", "noexec", "nodev", "ro");
        yield return Mount("/sys/fs/cgroup", "cgroup", "cgroup", "nosuid", "noexec", "nodev", "relatime", "ro");
        // The image's system is this machine's.
        yield return Mount("/usr", "bind", "/usr", "rbind", "ro", "nosuid", "nodev");
        yield return Mount("/app", "bind", App, "rbind", "ro", "nosuid", "nodev");
        foreach (var mount in manifests.Container.VolumeMounts)
            yield return Mount(mount.MountPath, "bind", Volume(mount.Name), "rbind", "rw", "nosuid", "nodev");
    }

    private static JsonObject Mount(string destination, string type, string source, params IEnumerable<string> options) => new()
    {
        ["destination"] = destination,
        ["type"] = type,
        ["source"] = source,
        ["options"] = Array(options),
    };

    private static JsonArray Array(IEnumerable<string> values) => new([.. values.Select(value => JsonValue.Create(value))]);
}
