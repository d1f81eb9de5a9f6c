using k8s.Models;

namespace CrashShield.Integration.Tests.Kubernetes;

/// <summary>A mistake in the manifests, and what the policies say of it.</summary>
internal sealed record Mutation(string Violation, Action<Manifests> Change)
{
    /// <summary>What is changed: by default what has most in it.</summary>
    public string Path { get; init; } = Kustomization.Production;

    public static IReadOnlyList<Mutation> All { get; } =
    [
        .. Probes(), .. Selectors(), .. Shutdown(), .. Disruptions(), .. Resources(), .. Security(), .. Volumes(), .. Components(),
        new("orders:latest is another one", m => m.Container.Image = "orders:latest"),
        new("A restart needs the registry", m => m.Container.ImagePullPolicy = "Always"),
        new("Drain:Dealy is no setting", m => m.Container.Env.Add(new() { Name = "CrashShield__Drain__Dealy", Value = "00:00:05" })),
    ];

    private static IEnumerable<Mutation> Probes() =>
    [
        new("There is no startup probe", m => m.Container.StartupProbe = null),
        new("readiness probe's port managment", m => m.Container.ReadinessProbe.HttpGet.Port = "managment"),
        new("liveness probe's port management", m => m.Container.Ports[1].Name = "admin"),
        new("A start may take only", m => m.Container.StartupProbe.FailureThreshold = null),
        new("The liveness probe waits", m => m.Container.LivenessProbe.TimeoutSeconds = null),
        new("The liveness probe kills after 10 s", m => m.Container.LivenessProbe.FailureThreshold = 1),
        new("Liveness and readiness ask the same", m => m.Container.LivenessProbe.HttpGet.Path = "/healthz/ready"),
    ];

    private static IEnumerable<Mutation> Selectors() =>
    [
        new("The pods have no label app.kubernetes.io/part-of", m => m.PodLabels.Remove("app.kubernetes.io/part-of")),
        new("The deployment does not select", m => m.Deployment.Spec.Selector.MatchLabels["tier"] = "web"),
        new("The service orders selects no pod", m => m.All<V1Service>().Single().Spec.Selector["app.kubernetes.io/name"] = "order"),
        new("The disruption budget orders does not select", m => m.All<V1PodDisruptionBudget>().Single().Spec.Selector = new()),
        new("The spread over kubernetes.io/hostname", m => m.Pod.TopologySpreadConstraints[0].LabelSelector.MatchLabels["app.kubernetes.io/name"] = "order"),
        new("The monitor crashshield finds no pod", m => m.All<PodMonitor>().Single().Spec!.Selector!.MatchLabels["app.kubernetes.io/part-of"] = "shield"),
        new("leads to web", m => m.All<V1Service>().Single().Spec.Ports[0].TargetPort = "web"),
        new("A service shows the management port", m => m.All<V1Service>().Single().Spec.Ports.Add(new() { Port = 9090, TargetPort = "management" })),
        new("ASPNETCORE_HTTP_PORTS is 8080", m => m.Container.Ports[0].ContainerPort = 80),
    ];

    private static IEnumerable<Mutation> Shutdown() =>
    [
        new("kubelet kills after 30 s", m => m.Pod.TerminationGracePeriodSeconds = null),
        new("crashshield-init may take 75 s, and kubelet kills after 60 s", m => m.Container.Command = ["crashshield-init", "--", "dotnet", "WebApi.dll"]),
        new("crashshield-init kills after 45 s", m => m.Container.Command = ["crashshield-init", "--drain", "45s", "--", "dotnet", "WebApi.dll"]),
        new("A shutdown may take 82 s", m => m.Container.Env.Single(variable => variable.Name == "ASPNETCORE_SHUTDOWNTIMEOUTSECONDS").Value = "60"),
        new("CrashShield__Drain__Delay is not set", m => m.Container.Env.Remove(m.Container.Env.Single(variable => variable.Name == "CrashShield__Drain__Delay"))),
        new("preStop waits as well", m => m.Container.Lifecycle = new() { PreStop = new() { Sleep = new() { Seconds = 5 } } }),
    ];

    private static IEnumerable<Mutation> Disruptions() =>
    [
        new("2 replicas, and no disruption budget", m => m.Deployment.Spec.Replicas = 2) { Path = "overlays/development" },
        new("1 replicas, and a disruption budget", m => m.Deployment.Spec.Replicas = 1) { Path = "base" },
        new("leaves none, or lets none go", m => m.All<V1PodDisruptionBudget>().Single().Spec.MaxUnavailable = 2),
        new("A rollout stops replicas", m => m.Deployment.Spec.Strategy = null),
        new("All replicas may be on one node", m => m.Pod.TopologySpreadConstraints = null),
    ];

    private static IEnumerable<Mutation> Resources() =>
    [
        new("There is no memory limit", m => m.Container.Resources.Limits = null),
        new("The memory request is not the limit", m => m.Container.Resources.Requests["memory"] = new("128Mi")),
        new("There is no processor request", m => m.Container.Resources.Requests.Remove("cpu")),
        new("A processor limit", m => m.Container.Resources.Limits["cpu"] = new("1")),
    ];

    private static IEnumerable<Mutation> Security() =>
    [
        new("does not run as 1654", m => m.Container.SecurityContext.RunAsUser = 0),
        new("The seccomp profile", m => m.Container.SecurityContext.SeccompProfile = new() { Type = "Unconfined" }),
        new("Privileges may be gained", m => m.Container.SecurityContext.AllowPrivilegeEscalation = null),
        new("Not all capabilities", m => m.Container.SecurityContext.Capabilities.Add = ["SYS_PTRACE"]),
        new("The root file system", m => m.Container.SecurityContext.ReadOnlyRootFilesystem = false),
        new("The service account's token", m => m.Pod.AutomountServiceAccountToken = null),
        new("shares something with its host", m => m.Container.Ports[0].HostPort = 80),
        new("no last words", m => m.Container.TerminationMessagePolicy = null),
        new("The namespace orders does not enforce", m => m.All<V1Namespace>().Single().Metadata.Labels["pod-security.kubernetes.io/enforce"] = "baseline"),
    ];

    private static IEnumerable<Mutation> Volumes() =>
    [
        new("/tmp is on the volume temp", m => m.Container.VolumeMounts.Single(mount => mount.MountPath == "/tmp").Name = "temp"),
        new("/dumps is written to", m => m.Container.VolumeMounts.Remove(m.Container.VolumeMounts.Single(mount => mount.Name == "dumps"))),
        new("The volume cache is mounted nowhere", m => m.Pod.Volumes.Add(new() { Name = "cache" })),
        new("The volume tmp is not on disk", m => m.Pod.Volumes.Single(volume => volume.Name == "tmp").EmptyDir.Medium = "Memory"),
        new("The volume data is not on disk with a limit", m => m.Pod.Volumes.Single(volume => volume.Name == "data").EmptyDir.SizeLimit = null),
        new("The snapshots alone", m => m.Pod.Volumes.Single(volume => volume.Name == "dumps").EmptyDir.SizeLimit = new("1Gi")),
    ];

    private static IEnumerable<Mutation> Components() =>
    [
        new("The autoscaler scales Deployment shop", m => m.All<V2HorizontalPodAutoscaler>().Single().Spec.ScaleTargetRef.Name = "shop"),
        new("sets the autoscaler's number back", m => m.Deployment.Spec.Replicas = 2),
        new("The autoscaler goes from 1 to", m => m.All<V2HorizontalPodAutoscaler>().Single().Spec.MinReplicas = 1),
        new("The autoscaler does not go by", m => m.All<V2HorizontalPodAutoscaler>().Single().Spec.Metrics[0].Resource.Name = "memory"),
        new("The autoscaler has no request", m => m.Container.Resources.Requests.Remove("cpu")),
        new("orders does not select the pods.", m => m.All<V1NetworkPolicy>().Single().Spec.PodSelector.MatchLabels["app.kubernetes.io/name"] = "order"),
        new("is not of incoming", m => m.All<V1NetworkPolicy>().Single().Spec.PolicyTypes.Add("Egress")),
        new("The network policy opens web", m => m.All<V1NetworkPolicy>().Single().Spec.Ingress[0].Ports[0].Port = "web"),
        new("keeps requests out", m => m.All<V1NetworkPolicy>().Single().Spec.Ingress.RemoveAt(0)),
        new("keeps Prometheus out", m => m.All<V1NetworkPolicy>().Single().Spec.Ingress.RemoveAt(1)),
        new("to others than Prometheus", m => m.All<V1NetworkPolicy>().Single().Spec.Ingress[1].FromProperty[0].PodSelector = null),
    ];
}
