using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Drain;

/// <summary>A service that has died of a failed background service does not look like one that has ended well.</summary>
public class BackgroundFailureTests
{
    private const int Status = 70;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("worker", "background", "FailingOnceStarted")]
    [InlineData("console", "background", "FailingOnceStarted")]
    [InlineData("web", "background", "FailingOnceStarted")]
    [InlineData("startup", "background", "FailingOnceStarted")]
    [InlineData("worker", "background-timeout", "TimedOutService")]
    public async Task TheProcessEndsCleanedUpAndWithAFailure(string host, string failure, string service)
    {
        await using var probe = Start(host, failure);

        Assert.Equal(Status, await probe.WaitForExitAsync(Deadline));
        Assert.Contains("chain", probe.Output);
        Assert.Contains("returns", probe.Output);
        var told = Assert.Single(probe.Logged("BackgroundServiceEndsProcess"));
        Assert.Equal((service, "70"), (told["Services"], told["Status"]));
    }

    [Fact]
    public async Task TheApplicationsOwnStatusStays()
    {
        await using var probe = Start("worker", "background-with-status");
        Assert.Equal(3, await probe.WaitForExitAsync(Deadline));
    }

    [Fact]
    public async Task AHostThatIgnoresTheFailureGoesOnAndEndsWell()
    {
        await using var probe = Start("worker", "background-ignored");
        await probe.WaitForLineAsync(line => line == "fails", Deadline);
        await EndsWellAsync(probe);
    }

    [Fact]
    public async Task AFailureInTheStopIsNotWhyTheHostStops()
    {
        await using var probe = Start("worker", "background-in-stop");
        await EndsWellAsync(probe);
    }

    [Theory]
    [InlineData("background-ends", "true")]
    [InlineData("background-linked", "true")]
    // As in a container without the init, where its services are not held back.
    [InlineData("background-linked", "false")]
    public async Task AStopThatTheApplicationAsksForEndsWell(string kind, string handsOver)
    {
        await using var probe = Start("worker", kind, "--CrashShield:Handoff:Enabled", handsOver);
        Assert.Equal(0, await probe.WaitForExitAsync(Deadline));
        Assert.Empty(probe.Logged("BackgroundServiceEndsProcess"));
    }

    [Theory]
    [InlineData("worker")]
    [InlineData("web")]
    public async Task TheInitStartsAnother(string host)
    {
        await using var init = ChildProcess.Start(
            BuildPaths.Program("crashshield-init"),
            ["--restarts", "1/60s", "--", "dotnet", BuildPaths.Program("CrashShield.FailureProbe"), host, "background", "--urls", "http://127.0.0.1:0"]);

        await init.WaitForErrorLineAsync(line => line.Contains("(generation 1, ", StringComparison.Ordinal) && line.Contains("exited with code 70", StringComparison.Ordinal), Deadline);
        await init.WaitForErrorLineAsync(line => line.Contains("(generation 2, ", StringComparison.Ordinal) && line.Contains("exited with code 70", StringComparison.Ordinal), Deadline);
        Assert.Equal(Status, await init.WaitForExitAsync(Deadline));
    }

    // The host's stop goes on beside what finds out about the failure.
    [Fact]
    public async Task TheSocketsWaitForTheNextWorker()
    {
        await using var init = ChildProcess.Start(
            BuildPaths.Program("crashshield-init"),
            ["--restarts", "3/60s", "--", "dotnet", BuildPaths.Program("CrashShield.FailureProbe"), "web", "background-serving", "--urls", "http://127.0.0.1:0"]);

        Assert.Equal(Status, await init.WaitForExitAsync(Deadline));

        string[] lines = [.. init.Errors.TakeWhile(line => !line.Contains("giving up", StringComparison.Ordinal))];
        Assert.Equal(4, lines.Count(line => line.Contains("exited with code 70", StringComparison.Ordinal)));
        Assert.DoesNotContain(lines, line => line.Contains("no worker accepts on it", StringComparison.Ordinal));
    }

    private static async Task EndsWellAsync(ChildProcess probe)
    {
        await probe.WaitForEventAsync("ApplicationStarted", Deadline);
        probe.Signal(UnixSignal.Term);
        Assert.Equal(0, await probe.WaitForExitAsync(Deadline));
        Assert.Empty(probe.Logged("BackgroundServiceEndsProcess"));
    }

    private static ChildProcess Start(string host, string failure, params string[] settings) =>
        ChildProcess.Start(BuildPaths.Program("CrashShield.FailureProbe"), [host, failure, "--urls", "http://127.0.0.1:0", .. settings]);
}
