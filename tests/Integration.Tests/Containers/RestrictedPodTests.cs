using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Runtime.Versioning;
using CrashShield.Integration.Tests.Images;
using CrashShield.Integration.Tests.Kubernetes;
using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Containers;

/// <summary>The sample as the Dockerfile publishes it, in a real container with all that the manifest takes from it.</summary>
[SupportedOSPlatform("linux")]
public sealed class RestrictedPodTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("crashshield-pod-");

    [Fact(Explicit = true)]
    public async Task ItStartsAnswersItsProbesAndStopsWithZero()
    {
        Require();
        using var image = await BuildContext.BuildAsync();
        var manifests = await Manifests.BuildAsync(Kustomization.Production);
        var (http, management) = (FreePort.Take(), FreePort.Take());
        Write(image, manifests, http, management);
        await using var container = RuncContainer.Start(_folder);
        using var client = new HttpClient();

        await WaitForAsync(container, client, $"http://127.0.0.1:{management}{manifests.Container.StartupProbe.HttpGet.Path}");
        foreach (var probe in new[] { manifests.Container.LivenessProbe, manifests.Container.ReadinessProbe })
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, $"http://127.0.0.1:{management}{probe.HttpGet.Path}"));
        using (var order = await client.PostAsync($"http://127.0.0.1:{http}/orders", JsonContent.Create(new { customer = "Ada", item = "kettle", quantity = 1 })))
            Assert.Equal(HttpStatusCode.Created, order.StatusCode);
        await AssertRestrictedAsync(container);

        await container.SignalAsync(UnixSignal.Term);
        var run = await container.Run.WaitAsync(Deadline, TestContext.Current.CancellationToken);

        run.AssertSucceeded();
        var log = run.Output.Split('\n').Select(LogEntry.Read).OfType<LogEntry>().ToArray();
        Assert.Contains(log, entry => entry.Is("ChainEnded") && (entry["Succeeded"], entry["Steps"]) == ("1", "1"));
        Assert.Contains(log, entry => entry.Is("ContainerFound") && entry["Memory"] == "256 MiB");
        Assert.True(File.Exists(Path.Combine(_folder.FullName, "volumes", "data", "orders.db")));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static void Require()
    {
        SystemPackage.Require("runc", "runc");
        SystemPackage.Require("gcc", "gcc");
        SystemPackage.Require(SeccompProfile.Package, SeccompProfile.Path);
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root to start a container with a user of its own choice");
    }

    private void Write(BuildContext image, Manifests manifests, int http, int management)
    {
        var environment = new Dictionary<string, string>(manifests.Environment)
        {
            ["ASPNETCORE_HTTP_PORTS"] = http.ToString(CultureInfo.InvariantCulture),
            ["CrashShield__Endpoints__ManagementPort"] = management.ToString(CultureInfo.InvariantCulture),
            // As the image has it, which has no ICU.
            ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1",
            [LogEntry.Formatter.Key] = LogEntry.Formatter.Value,
        };
        new OciBundle(manifests, _folder)
        {
            App = image.App,
            Command = [.. manifests.Container.Command],
            Environment = environment,
        }.Write();
    }

    private static async Task AssertRestrictedAsync(RuncContainer container)
    {
        var status = (await File.ReadAllLinesAsync($"/proc/{await container.ProcessIdAsync()}/status"))
            .Select(line => line.Split(':', 2)).ToDictionary(pair => pair[0], pair => pair[1].Trim());
        Assert.Equal("1654\t1654\t1654\t1654", status["Uid"]);
        Assert.Equal("1654\t1654\t1654\t1654", status["Gid"]);
        Assert.All(["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"], set => Assert.Equal("0000000000000000", status[set]));
        Assert.Equal("1", status["NoNewPrivs"]);
        // A filter, seccomp(2).
        Assert.Equal("2", status["Seccomp"]);

        Assert.All(await Task.WhenAll(new[] { "/app/x", "/etc/x", "/x" }.Select(path => container.ExecAsync("touch", path))), touch =>
            Assert.Contains("Read-only file system", touch.Errors));
        Assert.All(await Task.WhenAll(new[] { "/data/x", "/dumps/x", "/tmp/x" }.Select(path => container.ExecAsync("touch", path))), touch =>
            touch.AssertSucceeded());
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string address)
    {
        using var answer = await client.GetAsync(address);
        return answer.StatusCode;
    }

    private static async Task WaitForAsync(RuncContainer container, HttpClient client, string address)
    {
        var isServed = Poll.UntilGoodAsync(client, address);
        if (await Task.WhenAny(isServed, container.Run) != isServed)
            Assert.Fail($"The container ended: {await container.Run}");
        await isServed;
    }
}
