using System.Text;
using Microsoft.Extensions.Configuration;

namespace CrashShield.Hosting.Tests.Configuration;

/// <summary>
/// JSON can give any shape to any key. The provider makes <see langword="null"/> and <c>{}</c> a key without a value,
/// and <c>[]</c> an empty text, so that these are all that can be told apart.
/// </summary>
public class JsonConfigurationTests
{
    private const string HookTimeout = "must be a time span such as 00:00:05 from 00:00:00.0100000 to 00:01:00.";
    private const string MaxRestarts = "must be a whole number from 0 to 1000.";
    private const string Address = "must be an absolute http or https address such as http://127.0.0.1:4317.";
    private const string Supervision = "must be a section with ShutdownTimeout, MaxRestarts, Within, BackoffBase, BackoffMax, HealthyAfter, Services, DeadLetterAfter.";

    [Theory]
    [InlineData("Exceptions", """{ "HookTimeout": ["00:00:01"] }""", $"Exceptions:HookTimeout = '[00:00:01]': {HookTimeout}")]
    [InlineData("Exceptions", """{ "HookTimeout": null }""", $"Exceptions:HookTimeout = 'null': {HookTimeout}")]
    [InlineData("Exceptions", """{ "HookTimeout": "" }""", $"Exceptions:HookTimeout = '': {HookTimeout}")]
    [InlineData("Supervision", """{ "MaxRestarts": [3] }""", $"Supervision:MaxRestarts = '[3]': {MaxRestarts}")]
    [InlineData("Supervision", """{ "MaxRestarts": [] }""", $"Supervision:MaxRestarts = '': {MaxRestarts}")]
    [InlineData("Supervision", """{ "MaxRestarts": "" }""", $"Supervision:MaxRestarts = '': {MaxRestarts}")]
    [InlineData("Supervision", """{ "MaxRestarts": null }""", $"Supervision:MaxRestarts = 'null': {MaxRestarts}")]
    [InlineData("Supervision", """{ "MaxRestarts": 1.5 }""", $"Supervision:MaxRestarts = '1.5': {MaxRestarts}")]
    [InlineData("Endpoints", """{ "Map": { "Health": true, "Ports": [1, 2] } }""", "Endpoints:Map = '{Health: True, Ports: [1, 2]}': must be true or false.")]
    [InlineData("Endpoints", """{ "Map": {} }""", "Endpoints:Map = 'null': must be true or false.")]
    [InlineData("Endpoints", """{ "Map": null }""", "Endpoints:Map = 'null': must be true or false.")]
    [InlineData("Endpoints", """{ "Map": "" }""", "Endpoints:Map = '': must be true or false.")]
    [InlineData("Endpoints", """{ "ManagementPort": [9000] }""", "Endpoints:ManagementPort = '[9000]': must be a whole number from 1 to 65535.")]
    [InlineData("Endpoints", """{ "ManagementPort": " " }""", "Endpoints:ManagementPort = ' ': must be a whole number from 1 to 65535.")]
    [InlineData("Endpoints", """{ "DetailsPolicy": " " }""", "Endpoints:DetailsPolicy = ' ': must be a name.")]
    [InlineData("Endpoints", """{ "DetailsPolicy": ["a"] }""", "Endpoints:DetailsPolicy = '[a]': must be a name.")]
    [InlineData("Telemetry", """{ "OtlpEndpoint": ["http://a"] }""", $"Telemetry:OtlpEndpoint = '[http://a]': {Address}")]
    [InlineData("Telemetry", """{ "OtlpEndpoint": { "Url": "http://a" } }""", $"Telemetry:OtlpEndpoint = '{{Url: http://a}}': {Address}")]
    [InlineData("Telemetry", """{ "Meters": "A" }""", "Telemetry:Meters = 'A': must be a list of names, the first under CrashShield:Telemetry:Meters:0.")]
    [InlineData("Telemetry", """{ "Meters": ["A", null] }""", "Telemetry:Meters:1 = 'null': must be a name.")]
    [InlineData("Telemetry", """{ "Meters": ["A", ""] }""", "Telemetry:Meters:1 = '': must be a name.")]
    [InlineData("Telemetry", """{ "Meters": ["A", " "] }""", "Telemetry:Meters:1 = ' ': must be a name.")]
    [InlineData("Telemetry", """{ "Meters": [{ "Name": "A" }] }""", "Telemetry:Meters:0 = '{Name: A}': must be a name.")]
    [InlineData("Telemetry", """{ "Meters": { "a.b": null } }""", "Telemetry:Meters:a.b = 'null': must be a name.")]
    [InlineData("Supervision", "\"off\"", $"Supervision = 'off': {Supervision}")]
    [InlineData("Supervision", "false", $"Supervision = 'False': {Supervision}")]
    [InlineData("Supervision", "[3]", "Supervision:0 is not a setting: known here are ShutdownTimeout, MaxRestarts, Within, BackoffBase, BackoffMax, HealthyAfter, Services, DeadLetterAfter.")]
    public async Task AWrongShapeEndsTheStart(string feature, string json, string expected) =>
        Assert.Equal([$"CrashShield:{expected}"], await ConfiguredHost.Refused(configuration => AddFeature(configuration, feature, json)));

    [Fact]
    public async Task ATextInPlaceOfEverythingEndsTheStart() => Assert.Equal(
        ["CrashShield = 'on': must be a section with Exceptions, Supervision, Cleanup, Circuit, HealthChecks, ThreadPool, Leaks, Memory, Snapshots, Containers, Admission, Signals, Drain, Telemetry, Handoff, Endpoints."],
        await ConfiguredHost.Refused(configuration => Add(configuration, """{ "CrashShield": "on" }""")));

    [Theory]
    [InlineData("""{ "CrashShield": null }""")]
    [InlineData("""{ "CrashShield": {} }""")]
    [InlineData("""{ "CrashShield": { "Supervision": null, "Cleanup": {}, "Exceptions": [] } }""")]
    [InlineData("""{ "CrashShield": { "Endpoints": { "ManagementPort": null, "DetailsPolicy": null }, "Telemetry": { "OtlpEndpoint": null, "ZipkinEndpoint": null, "Meters": null } } }""")]
    [InlineData("""{ "CrashShield": { "Endpoints": { "ManagementPort": "", "DetailsPolicy": "" }, "Telemetry": { "OtlpEndpoint": "", "ZipkinEndpoint": "", "Meters": [] } } }""")]
    [InlineData("""{ "CrashShield": { "Telemetry": { "Meters": {} } } }""")]
    public async Task NothingSetLeavesTheDefaults(string json)
    {
        using var host = ConfiguredHost.Build(configuration => Add(configuration, json));
        await host.StartAsync(TestContext.Current.CancellationToken);
        var options = ConfiguredHost.Options(host);

        Assert.Equal(1, options.Supervision.MaxRestarts);
        Assert.Equal(TimeSpan.FromSeconds(5), options.Exceptions.HookTimeout);
        Assert.Equal((true, null, null), (options.Endpoints.Map, options.Endpoints.ManagementPort, options.Endpoints.DetailsPolicy));
        Assert.Equal((null, null), (options.Telemetry.OtlpEndpoint, options.Telemetry.ZipkinEndpoint));
        Assert.Equal(["CrashShield"], options.Telemetry.Meters.Order());
    }

    [Theory]
    [InlineData("""["B", "A"]""")]
    [InlineData("""["A", "B", "A", "CrashShield"]""")]
    [InlineData("""{ "0": "A", "1": "B" }""")]
    [InlineData("""{ "first": "A", "second": "B" }""")]
    public void MetersAreAddedInAnyFormOfAList(string json)
    {
        using var host = ConfiguredHost.Build(configuration => AddFeature(configuration, "telemetry", $$"""{ "meters": {{json}} }"""));

        Assert.Equal(["A", "B", "CrashShield"], ConfiguredHost.Options(host).Telemetry.Meters.Order());
    }

    [Fact]
    public void ANullTakesBackWhatAnEarlierSourceSet()
    {
        using var host = ConfiguredHost.Build(configuration =>
        {
            AddFeature(configuration, "Endpoints", """{ "ManagementPort": 9000, "Map": "FALSE" }""");
            AddFeature(configuration, "endpoints", """{ "managementport": null }""");
        });

        var endpoints = ConfiguredHost.Options(host).Endpoints;
        Assert.Equal((false, null), (endpoints.Map, endpoints.ManagementPort));
    }

    private static void AddFeature(IConfigurationBuilder configuration, string feature, string json) =>
        Add(configuration, $$"""{ "CrashShield": { "{{feature}}": {{json}} } }""");

    private static void Add(IConfigurationBuilder configuration, string json) =>
        configuration.AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json)));
}
