using CrashShield.Integration.Tests.Kubernetes.Policies;

namespace CrashShield.Integration.Tests.Kubernetes;

public class PolicyTests
{
    public static TheoryData<string> Paths => [.. Kustomization.Paths];

    public static TheoryData<string> Mutations => [.. Mutation.All.Select(mutation => mutation.Violation)];

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task EachPolicyHolds(string path) => Assert.Empty(ManifestPolicies.Violations(await Manifests.BuildAsync(path)));

    /// <summary>A policy that cannot fail proves nothing.</summary>
    [Theory]
    [MemberData(nameof(Mutations))]
    public async Task AManifestThatBreaksAPolicyIsFound(string violation)
    {
        var mutation = Mutation.All.Single(mutation => mutation.Violation == violation);
        var manifests = await Manifests.BuildAsync(mutation.Path);

        mutation.Change(manifests);

        Assert.Contains(ManifestPolicies.Violations(manifests), found => found.Contains(violation, StringComparison.Ordinal));
    }

    [Fact]
    public void TheFoldersAreThoseOfTheDocs() => Assert.Equal(
        ["base", "components/debug", "components/hpa", "components/monitoring", "components/networkpolicy", "overlays/development", "overlays/production"],
        Kustomization.Paths);

    [Theory]
    [InlineData("orders", true)]
    [InlineData("orders:latest", true)]
    [InlineData("registry:5000/orders", true)]
    [InlineData("orders:1.2.3", false)]
    [InlineData("registry:5000/team/orders:1.2.3", false)]
    [InlineData("orders@sha256:0123", false)]
    public async Task AnImageHasATagOrADigest(string image, bool refused)
    {
        var manifests = await Manifests.BuildAsync("base");
        manifests.Container.Image = image;

        Assert.Equal(refused, new ImagePolicy().Violations(manifests).Any());
    }
}
