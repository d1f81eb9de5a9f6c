using YamlDotNet.Core;

namespace CrashShield.Integration.Tests.Kubernetes;

/// <summary>
/// Two validators, because each is blind where the other sees: the C# client refuses unknown fields and wrong types but not a missing field, npm's models the opposite.
/// </summary>
public class StrictValidationTests
{
    public static TheoryData<string> Paths => [.. Kustomization.Paths];

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task EachFieldIsOneOfTheApi(string path) => Assert.NotEmpty((await Manifests.BuildAsync(path)).All<object>());

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task EachRequiredFieldIsThere(string path) => Assert.Empty(await KubernetesModels.CheckAsync(await Kustomization.BuildAsync(path)));

    [Theory]
    [InlineData("terminationGracePeriodSeconds: 60", "terminationGracePeriod: 60")]
    [InlineData("readOnlyRootFilesystem:", "readOnlyRootFileSystem:")]
    [InlineData("targetPort: http", "targetport: http")]
    [InlineData("maxReplicas: 10", "maxReplicas: ten")]
    [InlineData("podMetricsEndpoints:", "podMetricEndpoints:")]
    [InlineData("annotations:", "annotation:")]
    public async Task AnUnknownFieldOrAWrongTypeIsRefused(string right, string wrong)
    {
        var manifests = Changed(await Kustomization.BuildAsync(Kustomization.Production), right, wrong);

        Assert.ThrowsAny<YamlException>(() => Manifests.Parse(manifests));
    }

    [Theory]
    [InlineData("    port: 80\n", "", "must have required property port")]
    [InlineData("  maxReplicas: 10\n", "", "must have required property maxReplicas")]
    [InlineData("        name: orders\n        ports:", "        ports:", "must have required property name")]
    [InlineData("  podMetricsEndpoints:\n  - interval: 15s", "  podMetricsEndpoints:\n  - interval: soon", "must match pattern")]
    [InlineData("kind: NetworkPolicy", "kind: NetworkPolice", "is of no kind that is known")]
    public async Task AMissingFieldOrAnUnknownKindIsFound(string right, string wrong, string problem)
    {
        var manifests = Changed(await Kustomization.BuildAsync(Kustomization.Production), right, wrong);

        Assert.Contains(await KubernetesModels.CheckAsync(manifests), line => line.Contains(problem, StringComparison.Ordinal));
    }

    private static string Changed(string manifests, string right, string wrong)
    {
        Assert.Contains(right, manifests);
        return manifests.Replace(right, wrong, StringComparison.Ordinal);
    }
}
