using System.Net;
using System.Net.Sockets;
using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Init;

/// <summary>Commands that know nothing of the hand-over.</summary>
public class CommandTests
{
    [Theory]
    [InlineData("exit 0", 0)]
    [InlineData("exit 3", 3)]
    [InlineData("kill -TERM $$", 143)]
    [InlineData("kill -SEGV $$", 139)]
    [InlineData("kill -ABRT $$", 134)]
    [InlineData("kill -KILL $$", 137)]
    public async Task TheExitCodeIsTheCommands(string script, int code)
    {
        var (exitCode, _) = await RunAsync("--restarts", "0/60s", "--", "sh", "-c", script);
        Assert.Equal(code, exitCode);
    }

    [Theory]
    [InlineData("crashshield-no-such-command", 127, "No such file or directory (2)")]
    [InlineData("/etc/passwd", 126, "Permission denied (13)")]
    public async Task ACommandThatCannotBeStartedIsToldAsByAShell(string command, int code, string reason)
    {
        var (exitCode, errors) = await RunAsync("--", command);
        Assert.Equal(code, exitCode);
        Assert.Equal($"crashshield-init: cannot start {command}: {reason}", Assert.Single(errors));
    }

    [Fact]
    public async Task AMistakeIsOneLineAndCode64()
    {
        var (exitCode, errors) = await RunAsync("--drain", "2h", "--", "true");
        Assert.Equal(64, exitCode);
        Assert.Equal("crashshield-init: --drain '2h' is not allowed: 0s to 1h, for example 30s", Assert.Single(errors));
    }

    [Fact]
    public async Task APortThatIsTakenEndsTheStart()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var endpoint = $"tcp:127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}";

        var (exitCode, errors) = await RunAsync("--listen", endpoint, "--", "true");
        Assert.Equal(69, exitCode);
        Assert.Equal($"crashshield-init: cannot listen on {endpoint}: Address already in use (98)", Assert.Single(errors));
    }

    [Fact]
    public async Task ACommandThatFailsAgainAndAgainIsGivenUpWithItsCode()
    {
        var (exitCode, errors) = await RunAsync("--restarts", "2/60s", "--", "sh", "-c", "exit 9");
        Assert.Equal(9, exitCode);
        Assert.Equal(3, errors.Count(line => line.EndsWith(" started", StringComparison.Ordinal)));
        Assert.Contains("more often than --restarts 2/60s allows: giving up with code 9", errors[^1]);
    }

    [Fact]
    public async Task SignalsReachAPlainCommandAndHotRestartIsRefusedByName()
    {
        const string Script = "trap 'echo USR1; exit 5' USR1; echo ready; for i in $(seq 1200); do sleep 0.05; done";
        await using var init = Start("--restarts", "0/60s", "--", "sh", "-c", Script);
        await init.WaitForLineAsync(line => line == "ready", InitRun.Deadline);
        init.Signal(UnixSignal.Usr2);
        await init.WaitForErrorLineAsync(line => line.Contains("hot restart refused: ", StringComparison.Ordinal), InitRun.Deadline);

        init.Signal(UnixSignal.Usr1);
        await init.WaitForLineAsync(line => line == "USR1", InitRun.Deadline);
        Assert.Equal(5, await init.WaitForExitAsync(InitRun.Deadline));
    }

    [Fact]
    public async Task ARealTimeSignalIsPassedOn()
    {
        const string Script = "trap 'exit 5' 40; echo ready; for i in $(seq 1200); do sleep 0.05; done";
        await using var init = Start("--restarts", "0/60s", "--", "sh", "-c", Script);
        await init.WaitForLineAsync(line => line == "ready", InitRun.Deadline);
        ProcessSignal.Send(init.Id, (UnixSignal)40);

        Assert.Equal(5, await init.WaitForExitAsync(InitRun.Deadline));
    }

    [Fact]
    public async Task TheCommandInheritsNoDescriptorButItsChannel()
    {
        await using var init = Start("--listen", $"tcp:127.0.0.1:{FreePort.Take()}", "--", "sh", "-c", "ls -l /proc/$$/fd | grep -c 'socket:'");
        Assert.Equal("1", await init.WaitForLineAsync(_ => true, InitRun.Deadline));
    }

    private static ChildProcess Start(params string[] arguments) => ChildProcess.Start(BuildPaths.Program("crashshield-init"), arguments);

    private static async Task<(int ExitCode, IReadOnlyList<string> Errors)> RunAsync(params string[] arguments)
    {
        await using var init = Start(arguments);
        return (await init.WaitForExitAsync(InitRun.Deadline), init.Errors);
    }
}
