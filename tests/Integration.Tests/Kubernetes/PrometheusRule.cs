using k8s.Models;

namespace CrashShield.Integration.Tests.Kubernetes;

/// <summary>Of the Prometheus operator's PrometheusRule, the fields that we use: any other is taken for a typing error.</summary>
internal sealed class PrometheusRule
{
    public string? ApiVersion { get; set; }

    public string? Kind { get; set; }

    public V1ObjectMeta? Metadata { get; set; }

    public PrometheusRuleSpec? Spec { get; set; }

    internal sealed class PrometheusRuleSpec
    {
        public List<Group>? Groups { get; set; }
    }

    internal sealed class Group
    {
        public string? Name { get; set; }

        public string? Interval { get; set; }

        public List<GroupRule>? Rules { get; set; }
    }

    internal sealed class GroupRule
    {
        public string? Alert { get; set; }

        public string? Record { get; set; }

        public string? Expr { get; set; }

        public string? For { get; set; }

        public string? KeepFiringFor { get; set; }

        public Dictionary<string, string>? Labels { get; set; }

        public Dictionary<string, string>? Annotations { get; set; }
    }
}
