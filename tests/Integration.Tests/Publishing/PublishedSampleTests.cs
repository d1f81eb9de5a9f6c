using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using CrashShield.Integration.Tests.Processes;
using CrashShield.Integration.Tests.Sample;
using CrashShield.Integration.Tests.Telemetry;

namespace CrashShield.Integration.Tests.Publishing;

/// <summary>The sample does trimmed and native what it does as it is built.</summary>
/// <param name="published">The sample.</param>
/// <param name="output">Gets the warnings.</param>
public abstract class PublishedSampleTests(PublishedSample published, ITestOutputHelper output)
{
    protected static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact(Explicit = true)]
    public async Task NoWarningIsOfOurAssemblies()
    {
        await published.PublishAsync();
        var runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var web = Path.GetDirectoryName(typeof(Microsoft.AspNetCore.Http.HttpContext).Assembly.Location)!;
        var assemblies = new AssemblyOfType(Path.GetDirectoryName(BuildPaths.Program("WebApi"))!, runtime, web);

        var warnings = TrimWarning.In(published.Printed).ToLookup(warning => assemblies.Of(warning.Member));

        foreach (var assembly in warnings.OrderBy(group => group.Key, StringComparer.Ordinal))
            output.WriteLine($"{assembly.Key}: {assembly.Count()} ({string.Join(", ", assembly.CountBy(warning => warning.Code).Select(code => $"{code.Value} {code.Key}"))})\n  {string.Join("\n  ", assembly)}");
        Assert.All(warnings, assembly => Assert.False(assembly.Key is "WebApi" or "unknown" || assembly.Key.StartsWith("CrashShield.", StringComparison.Ordinal), string.Join('\n', assembly)));
    }

    [Fact(Explicit = true)]
    public async Task EndpointsAnswer()
    {
        await using var sample = await StartAsync();
        using var order = new StringContent("""{"customer":"Ada","item":"lamp","quantity":2}""", null, "application/json");

        using var created = await sample.Client.PostAsync("/orders", order, Cancelled);
        var found = await JsonAsync(sample, created.Headers.Location!.ToString());
        var version = await JsonAsync(sample, "/version");

        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal(("lamp", 2), ((string?)found["item"], (int?)found["quantity"]));
        Assert.Equal((sample.Process.Id, 1), ((int)version["pid"]!, (int)version["generation"]!));
        Assert.Equal("bound 7", await sample.Client.GetStringAsync("/drill/bind/7", Cancelled));
    }

    [Fact(Explicit = true)]
    public async Task HealthAndMetricsAreTold()
    {
        await using var sample = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/healthz") { Headers = { Accept = { new MediaTypeWithQualityHeaderValue("application/json") } } };

        using var answer = await sample.Client.SendAsync(request, Cancelled);
        var health = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancelled))!;

        Assert.Equal("Closed", await sample.Client.GetStringAsync("/healthz", Cancelled));
        Assert.Equal(("Closed", "Closed"), ((string?)health["status"], (string?)health["level"]));
        // The thread pool, leaks, memory, the container and the application's checks.
        Assert.Equal(SourcesOf(await BuiltHealthAsync()), SourcesOf(health));
        await sample.WaitForMetricAsync("crashshield_circuit_level", 0);
        await sample.WaitForMetricAsync("kestrel_active_connections{", 1);
    }

    [Fact(Explicit = true)]
    public async Task AFailureIsAnsweredLoggedAndCounted()
    {
        await using var sample = await StartAsync();

        using var answer = await sample.Client.GetAsync("/drill/throw", Cancelled);
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancelled))!;

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Matches("^[0-9a-f]{32}$", (string?)problem["traceId"]);
        await sample.Process.WaitForEventAsync("RequestFailed", Deadline);
        await sample.WaitForMetricAsync("""crashshield_exceptions_total{error_type="System.InvalidOperationException",http_route="/drill/throw",outcome="handled"}""", 1);
    }

    [Theory(Explicit = true)]
    [InlineData("/drill/timeout", 504)]
    [InlineData("/drill/unavailable", 503)]
    [InlineData("/drill/bind/abc", 400)]
    [InlineData("/drill/hostile?kind=members", 500)]
    [InlineData("/drill/hostile?kind=message", 500)]
    [InlineData("/drill/child-failure", 500)]
    [InlineData("/drill/throw-on-starting", 500)]
    public async Task EachKindOfFailureIsAnswered(string path, int expected)
    {
        await using var sample = await StartAsync();

        using var answer = await sample.Client.GetAsync(path, Cancelled);

        Assert.Equal(expected, (int)answer.StatusCode);
        Assert.Single(await LoggedFailuresAsync(sample));
    }

    [Fact(Explicit = true)]
    public async Task SettingsOfTheConfigurationAndTheEnvironmentTakeEffect()
    {
        var port = FreePort.Take();
        await using var sample = await StartAsync(
            new Dictionary<string, string> { ["CrashShield__Endpoints__ManagementPort"] = $"{port}", ["CrashShield__Endpoints__ManagementAddress"] = "127.0.0.1" },
            "--CrashShield:Telemetry:Meters:2", "Microsoft.AspNetCore.Routing", "--CrashShield:HealthChecks:Readiness:Tags:0", "none");
        using var client = new HttpClient();

        await Poll.UntilGoodAsync(client, $"http://127.0.0.1:{port}/healthz/ready");
        using var elsewhere = await sample.Client.GetAsync("/healthz", Cancelled);
        Assert.Equal(HttpStatusCode.NotFound, elsewhere.StatusCode);
        await sample.Client.GetStringAsync("/version", Cancelled);
        var metrics = await client.GetStringAsync($"http://127.0.0.1:{port}/metrics", Cancelled);
        Assert.NotEqual(0, SampleProcess.SumOf(metrics, "aspnetcore_routing_match_attempts_total"));
    }

    [Theory(Explicit = true)]
    [InlineData("--CrashShield:Cleanup:StepTimout", "00:00:01")]
    [InlineData("--CrashShield:Exeptions:HookTimeout", "00:00:01")]
    [InlineData("--CrashShield:Exceptions:HookTimeout", "5")]
    [InlineData("--CrashShield:Admission:MinLimit", "0")]
    [InlineData("--CrashShield:HealthChecks:Circuit:Tag", "x")]
    [InlineData("--CrashShield:Endpoints:ManagementAddress", "localhost")]
    public async Task AWrongSettingEndsTheStartWithTheSameLine(params string[] setting)
    {
        await published.PublishAsync();
        await using var built = ChildProcess.Start(BuildPaths.Program("WebApi"), setting);
        await using var sample = ChildProcess.StartCommand(new Dictionary<string, string>(), [published.Program, .. setting]);

        Assert.NotEqual(0, await sample.WaitForExitAsync(Deadline));
        Assert.NotEqual(0, await built.WaitForExitAsync(Deadline));
        Assert.Contains($"CrashShield:{setting[0].Split(':')[1]}", sample.Errors[0], StringComparison.Ordinal);
        Assert.Equal(built.Errors[0], sample.Errors[0]);
    }

    [Fact(Explicit = true)]
    public async Task ASnapshotIsWrittenAndSigtermEndsItWell()
    {
        var folder = Directory.CreateTempSubdirectory("crashshield-quit-");
        await using var sample = await StartAsync(null, "--CrashShield:Snapshots:Directory", folder.FullName);

        await Poll.UntilAsync(
            () =>
            {
                // The handler may not be there yet.
                sample.Process.Signal(UnixSignal.Quit);
                return folder.GetDirectories("*-sigquit").Length > 0;
            },
            "a bundle is there");
        var manifest = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder.GetDirectories("*-sigquit")[0].FullName, "manifest.json"), Cancelled))!;

        Assert.All(manifest["steps"]!.AsArray(), step => Assert.Equal("ok", (string?)step!["status"]));
        Assert.Equal("WebApi", (string?)manifest["versions"]!["application"]);
        Assert.Equal(0, await sample.StopAsync());
        Assert.Single(sample.Process.Logged("ChainEnded"));
        folder.Delete(recursive: true);
    }

    [Theory(Explicit = true)]
    [InlineData("CrashShield__Telemetry__OtlpEndpoint", "/v1/traces")]
    [InlineData("CrashShield__Telemetry__ZipkinEndpoint", "/api/v2/spans")]
    public async Task SpansAreSent(string setting, string path)
    {
        await using var receiver = await TraceReceiver.StartAsync();
        await using var sample = await StartAsync(new Dictionary<string, string> { [setting] = receiver.HttpAddress + path, ["OTEL_BSP_SCHEDULE_DELAY"] = "100" });
        var traceId = Convert.ToHexStringLower(Guid.NewGuid().ToByteArray());
        using var request = new HttpRequestMessage(HttpMethod.Get, "/drill/child-failure") { Headers = { { "traceparent", $"00-{traceId}-b7ad6b7169203331-01" } } };

        using var answer = await sample.Client.SendAsync(request, Cancelled);

        // The request and the task that fails. Native code is so fast that the other one may be cancelled before it begins, and then it has no span.
        Assert.NotNull(await receiver.WaitForTraceAsync(traceId, count: 2));
    }

    [Fact(Explicit = true)]
    public async Task TheNextGenerationTakesOver()
    {
        await using var sample = await StartAsync(null, "--CrashShield:Handoff:Probation", "01:00:00");
        // Before it has started it refuses a restart.
        await sample.Process.WaitForLineAsync(line => line.Contains("Application started", StringComparison.Ordinal), Deadline);

        sample.Process.Signal(UnixSignal.Usr2);

        await Poll.UntilAsync(async () => (int)(await JsonAsync(sample, "/version"))["generation"]! == 2, "the next generation answers");
        // The two have one output, which ends with the last of them.
        Assert.Equal(0, await sample.StopAsync());
    }

    private protected async Task<SampleProcess> StartAsync(IReadOnlyDictionary<string, string>? environment = null, params string[] arguments)
    {
        await published.PublishAsync();
        return await SampleProcess.StartPublishedAsync(published.Program, environment, ["--contentRoot", Path.GetDirectoryName(published.Program)!, .. arguments]);
    }

    private static async Task<IReadOnlyList<LogEntry>> LoggedFailuresAsync(SampleProcess sample)
    {
        // All that it has logged is there when it has ended.
        Assert.Equal(0, await sample.StopAsync());
        return [.. sample.Process.Logged("RequestFailed"), .. sample.Process.Logged("RequestTaskFailed")];
    }

    private static async Task<JsonNode> BuiltHealthAsync()
    {
        await using var built = await SampleProcess.StartAsync();
        return await JsonAsync(built, "/healthz");
    }

    private static string[] SourcesOf(JsonNode health) => [.. health["sources"]!.AsArray().Select(source => (string)source!["name"]!).Order(StringComparer.Ordinal)];

    private static async Task<JsonNode> JsonAsync(SampleProcess sample, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Accept = { new MediaTypeWithQualityHeaderValue("application/json") } } };
        using var answer = await sample.Client.SendAsync(request, Cancelled);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancelled))!;
    }
}
