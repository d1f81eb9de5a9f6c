using Microsoft.Extensions.Logging;

namespace CrashShield.Integration.Tests.Processes;

public class LogEntryTests
{
    [Fact]
    public void AnEventOfCrashShieldHasItsNameAndItsValues()
    {
        var entry = LogEntry.Read(
            """{"EventId":1707,"LogLevel":"Critical","Category":"CrashShield.Anything","Message":"any words","State":{"Taken":2,"Why":"memory","After":null}}""");

        Assert.Equal((LogLevel.Critical, "ContainerRestarts"), (entry?.Level, entry?.Event));
        Assert.Equal(("2", "memory", "", ""), (entry!["Taken"], entry["Why"], entry["After"], entry["Budget"]));
    }

    /// <summary>Those of .NET's host have no number, as without CrashShield.</summary>
    [Theory]
    [InlineData("Application started. Press Ctrl+C to shut down.", "ApplicationStarted")]
    [InlineData("Application is shutting down...", "ApplicationStopping")]
    [InlineData("Hosting environment: {EnvName}", null)]
    public void AnEventOfTheHostIsToldByItsTemplate(string template, string? name)
    {
        var entry = LogEntry.Read($$$"""{"EventId":0,"LogLevel":"Information","Category":"Microsoft.Hosting.Lifetime","Message":"any words","State":{"{OriginalFormat}":"{{{template}}}"}}""");

        Assert.Equal((LogLevel.Information, name), (entry?.Level, entry?.Event));
    }

    [Theory]
    [InlineData("CrashShield.Anything", 99)]
    [InlineData("Microsoft.AspNetCore.Routing", 1000)]
    public void AnotherEventHasNone(string category, int id)
    {
        var entry = LogEntry.Read($$"""{"EventId":{{id}},"LogLevel":"Debug","Category":"{{category}}","Message":"any words"}""");

        Assert.NotNull(entry);
        Assert.Null(entry.Event);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ready")]
    [InlineData("{")]
    [InlineData("""{"serving":{"pid":1}}""")]
    public void AnotherLineIsNoEntry(string line) => Assert.Null(LogEntry.Read(line));

    [Fact]
    public void ANameThatNoEventHasIsRefused() => Assert.Throws<ArgumentException>(() => LogEntry.Events.Require("Restarting"));
}
