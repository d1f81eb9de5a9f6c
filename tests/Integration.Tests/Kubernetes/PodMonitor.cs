using k8s.Models;

namespace CrashShield.Integration.Tests.Kubernetes;

/// <summary>Of the Prometheus operator's PodMonitor, the fields that we use: any other is taken for a typing error.</summary>
internal sealed class PodMonitor
{
    public string? ApiVersion { get; set; }

    public string? Kind { get; set; }

    public V1ObjectMeta? Metadata { get; set; }

    public PodMonitorSpec? Spec { get; set; }

    internal sealed class PodMonitorSpec
    {
        public Dictionary<string, bool>? NamespaceSelector { get; set; }

        public V1LabelSelector? Selector { get; set; }

        public string? JobLabel { get; set; }

        public List<string>? PodTargetLabels { get; set; }

        public List<Endpoint>? PodMetricsEndpoints { get; set; }
    }

    internal sealed class Endpoint
    {
        public string? Port { get; set; }

        public string? Path { get; set; }

        public string? Interval { get; set; }
    }
}
