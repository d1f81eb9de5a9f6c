using System.Globalization;
using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Init;

/// <summary>Masks and dispositions that a program inherits: with the init as with those of Debian that do it right.</summary>
public class InheritedSignalTests
{
    // 32 to 35: posix_spawn(3) leaves them ignored, and programs begin by setting them anew.
    private const ulong OfTheLibrary = 0xfUL << 31;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("")]
    [InlineData("--block-signal=USR1,USR2")]
    [InlineData("--block-signal=TERM,40")]
    [InlineData("--ignore-signal=HUP,USR1,INT,40")]
    public async Task ThePlainProgramHasWhatTiniGivesIt(string env)
    {
        SystemPackage.Require("tini", "tini");
        // .NET ignores it in the tests' own process, and in the init, which gives its worker the default action.
        string[] wrapper = ["env", "--default-signal=PIPE", .. env.Length > 0 ? new[] { env } : []];

        Assert.Equal(await SetsAsync([.. wrapper, "tini", "--"]), await SetsAsync([.. wrapper, .. InitRun.Managed, "--"]));
    }

    [Theory]
    [InlineData("tini")]
    [InlineData("dumb-init")]
    [InlineData("crashshield-init")]
    public async Task SignalsReachAProgramThatAsksForThem(string init)
    {
        string[] program = init == "crashshield-init" ? InitRun.Managed : [init];
        if (init != "crashshield-init")
            SystemPackage.Require(init, init);
        foreach (var signal in new[] { "USR1", "QUIT", "HUP", "40", "64" })
        {
            var script = $"trap 'echo got {signal}; exit 0' {signal}; echo ready; while :; do sleep 0.02; done";
            await using var process = ChildProcess.StartCommand(new Dictionary<string, string>(), [.. program, "--", "bash", "-c", script]);
            await process.WaitForLineAsync(line => line == "ready", Deadline);
            process.Signal(NumberOf(signal));
            await process.WaitForLineAsync(line => line == $"got {signal}", Deadline);
            Assert.Equal(0, await process.WaitForExitAsync(Deadline));
        }
    }

    /// <summary>tini and dumb-init would end it by the signal: it has been started for a moment only.</summary>
    [Fact]
    public async Task OneThatComesBeforeTheHandlerWaitsForIt()
    {
        await using var process = ChildProcess.StartCommand(
            new Dictionary<string, string>(), [.. InitRun.Managed, "--", "bash", "-c", "echo starting; sleep 1; trap 'echo got it; exit 0' USR1; while :; do sleep 0.02; done"]);
        await process.WaitForLineAsync(line => line == "starting", Deadline);
        process.Signal(UnixSignal.Usr1);

        await process.WaitForLineAsync(line => line == "got it", Deadline);
        Assert.Equal(0, await process.WaitForExitAsync(Deadline));
    }

    [Fact]
    public async Task AnotherImageOfTheInitGoesOnWithThem()
    {
        await using var init = await InitRun.StartAsync();
        Assert.Equal(0, (await init.ControlAsync("restart", "--self")).ExitCode);
        ProcessSignal.Send(await init.WorkerIdAsync(), UnixSignal.Kill);
        await init.LogAsync("(generation 2, version 1.0.0) serves");

        Assert.Equal(0UL, ProcessStatus.Set(await init.WorkerIdAsync(), ProcessStatus.Blocked));
    }

    private static async Task<string> SetsAsync(string[] init)
    {
        await using var process = ChildProcess.StartCommand(new Dictionary<string, string>(), [.. init, "grep", "^Sig[BIC]", "/proc/self/status"]);
        Assert.Equal(0, await process.WaitForExitAsync(Deadline));
        return string.Join('\n', process.Output.Select(line => line.Split(":\t")).Select(line => $"{line[0]} {ulong.Parse(line[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture) & ~OfTheLibrary:x}"));
    }

    private static UnixSignal NumberOf(string name) =>
        int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? (UnixSignal)number : Enum.Parse<UnixSignal>(name, ignoreCase: true);
}
