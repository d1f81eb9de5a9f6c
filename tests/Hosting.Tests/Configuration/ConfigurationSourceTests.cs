using Microsoft.Extensions.Configuration;

namespace CrashShield.Hosting.Tests.Configuration;

/// <summary>Sources other than JSON hold texts alone: a list is a row of keys, and a key can have a value and keys below it.</summary>
public class ConfigurationSourceTests
{
    [Theory]
    [InlineData("Supervision__MaxRestarts", "", "CrashShield:Supervision:MaxRestarts = '': must be a whole number from 0 to 1000.")]
    [InlineData("SUPERVISION__MAXRESTARTS__0", "3", "CrashShield:SUPERVISION:MAXRESTARTS = '[3]': must be a whole number from 0 to 1000.")]
    [InlineData("Telemetry__Meters", "A", "CrashShield:Telemetry:Meters = 'A': must be a list of names, the first under CrashShield:Telemetry:Meters:0.")]
    [InlineData("Endpoints", "off", "CrashShield:Endpoints = 'off': must be a section with Map, ManagementPort, ManagementAddress, DetailsPolicy.")]
    public async Task AnEnvironmentVariableIsChecked(string name, string value, string expected) =>
        Assert.Equal([expected], await ConfiguredHost.Refused(configuration => AddVariable(configuration, name, value)));

    [Theory]
    [InlineData("SUPERVISION__MAXRESTARTS", "7")]
    [InlineData("Supervision__MaxRestarts", "0x7")]
    public void AnEnvironmentVariableIsTaken(string name, string value)
    {
        using var host = ConfiguredHost.Build(configuration => AddVariable(configuration, name, value));

        Assert.Equal(7, ConfiguredHost.Options(host).Supervision.MaxRestarts);
    }

    [Fact]
    public void AnEmptyEnvironmentVariableIsNoPortAndNoSection()
    {
        using var host = ConfiguredHost.Build(configuration =>
        {
            AddVariable(configuration, "Endpoints__ManagementPort", "");
            AddVariable(configuration, "Supervision", "");
        });

        Assert.Null(ConfiguredHost.Options(host).Endpoints.ManagementPort);
    }

    [Fact]
    public async Task ATextBesideAListOrASectionIsRefused()
    {
        var errors = await ConfiguredHost.Refused(configuration => configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["CrashShield:Telemetry"] = "on",
            ["CrashShield:Telemetry:Meters"] = "A",
            ["CrashShield:Telemetry:Meters:0"] = "B",
            ["CrashShield:Supervision:MaxRestarts"] = "5",
            ["CrashShield:Supervision:MaxRestarts:0"] = "3",
            ["CrashShield:Supervision:Within"] = null,
        }));

        Assert.Equal(
            [
                "CrashShield:Supervision:MaxRestarts = '[3]': must be a whole number from 0 to 1000.",
                "CrashShield:Supervision:Within = 'null': must be a time span such as 00:00:05 from 00:00:00.0010000 to 1.00:00:00.",
                "CrashShield:Telemetry = 'on': must be a section with OtlpEndpoint, ZipkinEndpoint, Meters, KeptLogCategories.",
                "CrashShield:Telemetry:Meters = 'A': must be a list of names, the first under CrashShield:Telemetry:Meters:0.",
            ],
            errors);
    }

    [Theory]
    [InlineData("Endpoints:Map", "a\r\nb\tc\0\u2028\u0085\u202Ed", @"CrashShield:Endpoints:Map = 'a\r\nb\tc\u0000\u2028\u0085\u202Ed': must be true or false.")]
    [InlineData("Endpoints:M\nap", "x", @"CrashShield:Endpoints:M\nap is not a setting: known here are Map, ManagementPort, ManagementAddress, DetailsPolicy.")]
    [InlineData("Telemetry:Meters:x\ny", "", @"CrashShield:Telemetry:Meters:x\ny = '': must be a name.")]
    public async Task AControlCharacterDoesNotBreakTheLine(string key, string value, string expected) =>
        Assert.Equal([expected], await ConfiguredHost.Refused(configuration => configuration[$"CrashShield:{key}"] = value));

    [Theory]
    [InlineData(100, "", "")]
    [InlineData(101, "", "…")]
    [InlineData(100_000, "", "…")]
    [InlineData(99, "\U0001F525", "…")]
    public async Task ALongValueIsCut(int length, string end, string shownEnd)
    {
        var errors = await ConfiguredHost.Refused(configuration => configuration["CrashShield:Endpoints:Map"] = new string('x', length) + end);

        Assert.Equal([$"CrashShield:Endpoints:Map = '{new string('x', Math.Min(length, 100))}{shownEnd}': must be true or false."], errors);
    }

    // The prefix keeps the variables apart from those of the machine and of other tests.
    private static void AddVariable(IConfigurationBuilder configuration, string name, string value)
    {
        var prefix = $"{Guid.NewGuid():N}_";
        Environment.SetEnvironmentVariable($"{prefix}CrashShield__{name}", value);
        try
        {
            configuration.AddEnvironmentVariables(prefix);
        }
        finally
        {
            Environment.SetEnvironmentVariable($"{prefix}CrashShield__{name}", null);
        }
    }
}
