using System.Text.Json.Nodes;
using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Init;

public class StatusTests
{
    [Fact]
    public async Task TheJsonHasWhatTheDocsSayWhetherThereIsMuchToTellOrLittle()
    {
        await using var init = await InitRun.StartAsync("--spare");
        var little = Names(await init.StatusAsync());
        ProcessSignal.Send(await init.WorkerIdAsync(), UnixSignal.Kill);
        await init.WaitUntilAsync(status => status["restarts"]!.GetValue<int>() == 1 && status["spare"] is not null && status["state"]!.GetValue<string>() == "serving");
        var status = await init.StatusAsync();

        var documented = Documented();
        Assert.Equal(documented, Names(status));
        // Null where there is nothing.
        Assert.Equal(documented.Where(name => !name.StartsWith("lastDeath.", StringComparison.Ordinal)), little);
        Assert.Equal(1, status["schema"]!.GetValue<int>());
        Assert.Equal("killed", status["lastDeath"]!["kind"]!.GetValue<string>());
        Assert.Equal(137, status["lastDeath"]!["code"]!.GetValue<int>());
    }

    [Fact]
    public async Task TheTextHasALineForEachThing()
    {
        await using var init = await InitRun.StartAsync("--spare");
        ProcessSignal.Send(await init.WorkerIdAsync(), UnixSignal.Kill);
        await init.WaitUntilAsync(status => status["spare"]?["step"]!.GetValue<string>() == "ready" && status["restarts"]!.GetValue<int>() == 1);

        var (exitCode, output, _) = await init.ControlAsync("status");

        Assert.Equal(0, exitCode);
        var lines = output.Split('\n');
        Assert.Matches($"^crashshield-init [0-9.]+, process {init.Id}: serving$", lines[0]);
        Assert.Single(lines, line => line.StartsWith("  serving     worker ", StringComparison.Ordinal) && line.Contains("version 1.0.0), serving, started at ", StringComparison.Ordinal));
        Assert.Single(lines, line => line.StartsWith("  spare       worker ", StringComparison.Ordinal) && line.Contains(", ready, ", StringComparison.Ordinal));
        Assert.Contains($"  listener    tcp:127.0.0.1:{init.Port}", lines);
        Assert.Contains("  restarts    1 after deaths", lines);
        Assert.Single(lines, line => line.StartsWith("  last death  killed by SIGKILL from outside [killed, code 137], generation 1, at ", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.StartsWith("  new ", StringComparison.Ordinal));
    }

    // The rows of the table under "status --json".
    private static List<string> Documented() =>
    [
        .. File.ReadLines(Path.Combine(BuildPaths.Docs, "init.md"))
            .SkipWhile(line => !line.StartsWith("### status --json", StringComparison.Ordinal)).TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .SelectMany(line => line.Split('|')[1].Split(',')).Select(name => name.Trim(' ', '`')).Order(StringComparer.Ordinal),
    ];

    private static List<string> Names(JsonNode status) =>
    [
        .. status.AsObject().Select(property => property.Key)
            .Concat(Below(status, "serving")).Concat(Below(status, "lastDeath"))
            .Order(StringComparer.Ordinal),
    ];

    private static IEnumerable<string> Below(JsonNode status, string name) =>
        status[name] is JsonObject below ? below.Select(property => $"{name}.{property.Key}") : [];
}
