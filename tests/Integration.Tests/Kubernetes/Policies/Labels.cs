using k8s.Models;

namespace CrashShield.Integration.Tests.Kubernetes.Policies;

internal static class Labels
{
    /// <summary>Whether a selector by labels takes something, and not by being empty.</summary>
    public static bool Selects(this IDictionary<string, string>? wanted, IDictionary<string, string>? labels) =>
        wanted is { Count: > 0 } && wanted.All(label => labels is not null && labels.TryGetValue(label.Key, out var value) && value == label.Value);

    public static bool Selects(this V1LabelSelector? selector, IDictionary<string, string>? labels) =>
        selector is { MatchExpressions: null or { Count: 0 } } && selector.MatchLabels.Selects(labels);
}
