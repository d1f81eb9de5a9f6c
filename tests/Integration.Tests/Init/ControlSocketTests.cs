using System.Runtime.Versioning;
using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Init;

[SupportedOSPlatform("linux")]
public class ControlSocketTests
{
    [Fact]
    public async Task AbuseIsAnsweredAndHarmsNothing()
    {
        await using var init = await InitRun.StartAsync();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(init.ControlPath));

        Assert.Contains("no JSON", await RawRequest.AnswerAsync(init, "nonsense\n"));
        Assert.Contains("a line feed is missing", await RawRequest.AnswerAsync(init, """{"protocol":1,"comm""", end: true));
        Assert.Contains("there was no request", await RawRequest.AnswerAsync(init, "", end: true));
        Assert.Contains("protocol version 9 is not known", await RawRequest.AnswerAsync(init, """{"protocol":9,"command":"stop"}""" + "\n"));
        Assert.Contains("longer than 4096 bytes", await RawRequest.AnswerAsync(init, new string('x', 1 << 20)));
        Assert.Contains("command 'dance' is not known", await RawRequest.AnswerAsync(init, """{"protocol":1,"command":"dance"}""" + "\n"));

        Assert.Equal(1, await init.AskAsync());
        Assert.Equal("serving", (await init.StatusAsync())["state"]!.GetValue<string>());
    }

    [Fact]
    public async Task AClientThatSendsNoMoreGetsItsAnswer()
    {
        await using var init = await InitRun.StartAsync("--probation", "0s");

        var answer = await RawRequest.AnswerAsync(init, """{"protocol":1,"command":"restart"}""" + "\n", end: true);

        Assert.Contains("\"ok\":true", answer);
        Assert.Contains("(generation 2, version 1.0.0) serves", answer);
    }

    [Fact]
    public async Task ASilentClientTimesOutAndHoldsNobodyUp()
    {
        await using var init = await InitRun.StartAsync();
        var silent = RawRequest.AnswerAsync(init, """{"protocol":1,""");

        Assert.Equal("serving", (await init.StatusAsync())["state"]!.GetValue<string>());
        Assert.Contains("no request within 5 s", await silent);
    }

    [Fact]
    public async Task TooManyClientsAreRefused()
    {
        await using var init = await InitRun.StartAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => RawRequest.AnswerAsync(init, "")));

        Assert.Contains(answers, answer => answer.Contains("more than 16 control connections", StringComparison.Ordinal));
        Assert.Equal("serving", (await init.StatusAsync())["state"]!.GetValue<string>());
    }

    [Fact]
    public async Task StopDrainsAndAnswersAtTheEnd()
    {
        await using var init = await InitRun.StartAsync();

        var (exitCode, output, _) = await init.ControlAsync("stop");

        Assert.Equal(0, exitCode);
        Assert.Equal("stopping\nthe worker has ended with code 0", output);
        Assert.Equal(0, await init.WaitForExitAsync());
        await init.OutputAsync("probe 1: TERM");
        Assert.False(File.Exists(init.ControlPath));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AnEndingInitLeavesTheSocketOfAnother(bool hasReplacedItself)
    {
        await using var one = await InitRun.StartAsync();
        if (hasReplacedItself)
            Assert.Equal(0, (await one.ControlAsync("restart", "--self")).ExitCode);
        // As a service manager does that clears the directory between two of them.
        File.Delete(one.ControlPath);
        await using var other = await InitRun.StartAsync("--control", one.ControlPath);
        one.Signal(UnixSignal.Term);
        Assert.Equal(0, await one.WaitForExitAsync());

        Assert.Equal(other.Id, (await one.StatusAsync())["pid"]!.GetValue<int>());
    }

    [Fact]
    public async Task ASocketInUseIsToldWithWhoseItIs()
    {
        await using var init = await InitRun.StartAsync();

        Assert.Equal($"'{init.ControlPath}' is in use: process {init.Id} listens on it. Each init needs a path of its own", await RefusalAsync(init.ControlPath));
        Assert.Equal("serving", (await init.StatusAsync())["state"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("file", "is the path of a file that is no socket: remove it, or name another path")]
    [InlineData("none/socket", "cannot be made: there is no directory {0}/none")]
    public async Task APathThatCannotBeASocketIsToldWithTheReason(string name, string reason)
    {
        var directory = Directory.CreateTempSubdirectory("crashshield-control");
        try
        {
            File.WriteAllText(Path.Combine(directory.FullName, "file"), "of somebody else");

            Assert.Equal($"'{directory.FullName}/{name}' {reason.Replace("{0}", directory.FullName, StringComparison.Ordinal)}", await RefusalAsync(Path.Combine(directory.FullName, name)));
            Assert.Equal("of somebody else", File.ReadAllText(Path.Combine(directory.FullName, "file")));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task AMistypedSubCommandIsNamed()
    {
        await using var init = await InitRun.StartAsync();

        var (exitCode, _, errors) = await init.ControlAsync("restrat");

        Assert.Equal(64, exitCode);
        Assert.Equal(
            "crashshield-init: 'restrat' is no sub-command of crashshield-init; there are status, restart, stop. A program to run comes after --: crashshield-init [options] -- restrat", errors);
        Assert.Equal(1, await init.AskAsync());
    }

    [Fact]
    public async Task WithoutAnInitThereIsAPlainAnswer()
    {
        await using var init = await InitRun.StartAsync();
        await init.ControlAsync("stop");
        await init.WaitForExitAsync();

        var (exitCode, _, errors) = await init.ControlAsync("status");

        Assert.Equal(69, exitCode);
        Assert.StartsWith($"crashshield-init: no init listens on {init.ControlPath}: ", errors);
    }

    private static async Task<string> RefusalAsync(string path)
    {
        await using var init = ChildProcess.Start(BuildPaths.Program("crashshield-init"), $"--control={path}", "--", "true");
        Assert.Equal(73, await init.WaitForExitAsync(InitRun.Deadline));
        return Assert.Single(init.Errors)["crashshield-init: --control ".Length..];
    }
}
