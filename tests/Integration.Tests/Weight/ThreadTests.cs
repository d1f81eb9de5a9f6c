using System.Globalization;
using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Weight;

/// <summary>How many threads CrashShield adds to a service, and that they are enough where no further one is allowed.</summary>
public class ThreadTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("", 0, "shield queue de", "shield schedule", "shield worker 1", "shield worker 2")]
    [InlineData("USR1,USR2", 0, "shield queue de", "shield schedule", "shield signals", "shield worker 1", "shield worker 2")]
    [InlineData("USR1,USR2", 1, "shield PORT", "shield queue de", "shield schedule", "shield signals", "shield worker 1", "shield worker 2")]
    public async Task AnIdleServiceHasFourMoreThreadsWithTheSignalsFiveAndOneForTheProbePort(string blocked, int ports, params string[] expected)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The threads are counted in /proc.");
        var port = FreePort.Take().ToString(CultureInfo.InvariantCulture);
        string[] settings = ports == 0 ? [] : ["--CrashShield:Endpoints:ManagementPort", port, "--CrashShield:Endpoints:ManagementAddress", "127.0.0.1"];
        await using var bare = await StartedService.StartAsync("bare");
        await using var shielded = await StartedService.StartAsync("shield", blocked, settings);
        var names = expected.Select(name => name.Replace("PORT", port, StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToArray();

        string[] seen = [];
        try
        {
            await Poll.UntilAsync(() => (seen = [.. Own(shielded)]).SequenceEqual(names), "its threads have their names");
        }
        finally
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"own threads: {string.Join(", ", seen)}");
        }

        // Of the runtime's own it has as many as the bare one.
        Assert.Equal(bare.Threads, shielded.Threads.Where(name => !names.Contains(name)));
        Assert.InRange(names.Length, 0, 5 + ports);
    }

    [Fact]
    public async Task TwoSourcesThatHangAreSurvivedWhereNoFurtherTaskIsAllowed()
    {
        using var tasks = TaskCgroup.Create();
        // The runtime does not survive that its own pool or compiler is refused a thread.
        var environment = new Dictionary<string, string>
        {
            ["DOTNET_ThreadPool_ForceMinWorkerThreads"] = "1",
            ["DOTNET_ThreadPool_ForceMaxWorkerThreads"] = "1",
            ["DOTNET_TieredCompilation"] = "0",
        };
        await using var process = ChildProcess.StartCommand(
            environment, tasks.Joining(["dotnet", BuildPaths.Program("CrashShield.StartProbe"), "hanging", "--urls", "http://127.0.0.1:0", "--CrashShield:Snapshots:Enabled", "false"]));
        await process.WaitForLineAsync(line => line == "first hangs", Deadline);
        await process.WaitForLineAsync(line => line == "second hangs", Deadline);
        tasks.AllowNoMore();

        await process.WaitForLineAsync(line => line.Contains("The pressure source first is blind", StringComparison.Ordinal), Deadline);
        // That no task is left is a trouble by itself: the source that sees it is read, and reactions run.
        await process.WaitForLineAsync(line => line == "reaction to Open", Deadline);
        var last = process.Output.Last(line => line.StartsWith("reading ", StringComparison.Ordinal));
        var next = int.Parse(last.AsSpan("reading ".Length), CultureInfo.InvariantCulture) + 20;
        await process.WaitForLineAsync(line => line == $"reading {next}", Deadline);
    }

    private static IEnumerable<string> Own(StartedService service) => service.Threads.Where(name => name.StartsWith("shield ", StringComparison.Ordinal));
}
