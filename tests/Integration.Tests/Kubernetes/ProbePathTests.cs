using System.Globalization;
using System.Net;
using CrashShield.Integration.Tests.Processes;
using CrashShield.Integration.Tests.Sample;
using k8s.Models;

namespace CrashShield.Integration.Tests.Kubernetes;

/// <summary>Asks the real sample, with the settings of the manifests, what kubelet asks it.</summary>
public class ProbePathTests
{
    [Fact]
    public async Task TheRunningSampleAnswersEachProbeOnTheManagementPortAlone()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var manifests = await Manifests.BuildAsync(Kustomization.Production);
        var port = FreePort.Take();
        var environment = new Dictionary<string, string>(manifests.Environment)
        {
            ["CrashShield__Endpoints__ManagementPort"] = port.ToString(CultureInfo.InvariantCulture),
        };
        await using var sample = await SampleProcess.StartAsync(environment);
        using var management = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };

        foreach (var probe in Probes(manifests))
        {
            // The server listens a moment before the host has started.
            await Poll.UntilGoodAsync(management, probe.Path);
            using var elsewhere = await sample.Client.GetAsync(probe.Path, cancellationToken);
            Assert.Equal(HttpStatusCode.NotFound, elsewhere.StatusCode);
        }

        using var unknown = await management.GetAsync("/healthz/reddy", cancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Equal(0, await sample.StopAsync());
    }

    private static IEnumerable<V1HTTPGetAction> Probes(Manifests manifests) =>
        new[] { manifests.Container.StartupProbe, manifests.Container.LivenessProbe, manifests.Container.ReadinessProbe }.Select(probe => probe.HttpGet);
}
