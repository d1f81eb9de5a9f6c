using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Handoff;

/// <summary>A process that is told to stop while it starts beside another has not failed.</summary>
public class CancelledStartTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("worker")]
    [InlineData("web")]
    public async Task ASpareThatStillStartsEndsWellWithTheInit(string host)
    {
        await using var init = ChildProcess.Start(
            BuildPaths.Program("crashshield-init"),
            ["--spare", "--", "dotnet", BuildPaths.Program("CrashShield.FailureProbe"), host, "slow-start", "--urls", "http://127.0.0.1:0", "--CrashShield:Drain:Delay", "00:00:00"]);
        await init.WaitForLineAsync(line => line == "starts", Deadline);
        init.Signal(UnixSignal.Term);

        Assert.Equal(0, await init.WaitForExitAsync(Deadline));
        var spare = Assert.Single(init.Errors, line => line.Contains("(generation 2", StringComparison.Ordinal) && line.Contains("exited", StringComparison.Ordinal));
        Assert.EndsWith("exited with code 0", spare);
        Assert.DoesNotContain(init.Errors, line => line.Contains("Unhandled exception", StringComparison.Ordinal));
    }
}
