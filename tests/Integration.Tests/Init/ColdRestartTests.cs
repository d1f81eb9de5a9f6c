using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Init;

public class ColdRestartTests
{
    [Fact]
    public async Task ClientsWaitInTheSameSocket()
    {
        await using var init = await InitRun.StartAsync();
        var socket = await ListeningAsync(init.Port);

        var restart = init.ControlAsync("restart", "--cold");
        await init.LogAsync("(generation 2) started");
        // The old worker has ended, and the new one has yet to start its runtime.
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => init.AskAsync()));
        var (exitCode, output, errors) = await restart;

        Assert.True(exitCode == 0, errors);
        Assert.All(answers, generation => Assert.Equal(2, generation));
        Assert.Equal(socket, await ListeningAsync(init.Port));
        await init.OutputAsync("probe 1: stop");
        var lines = output.Split('\n');
        Assert.Matches(@"^worker \d+ \(generation 1, version 1\.0\.0\) stops$", lines[0]);
        Assert.Matches(@"^worker \d+ \(generation 2\) started$", lines[1]);
        Assert.Matches(@"^worker \d+ \(generation 2, version 1\.0\.0\) serves, [0-9.]+m?s after the old one had ended$", lines[2]);
        Assert.Equal(0, (await init.StatusAsync())["restarts"]!.GetValue<int>());
    }

    [Fact]
    public async Task ABuildThatDoesNotFitIsToldHowItCanComeAndDoes()
    {
        await using var init = await InitRun.StartAsync("--probation", "0s");
        init.SetModes("reject");
        await init.RestartAsync(1);
        init.SetModes("version=2.0.0");

        Assert.Contains("crashshield-init restart --cold", (await init.ControlAsync("restart")).Errors);
        Assert.Equal(2, await init.AskAsync());
        var (exitCode, output, _) = await init.ControlAsync("restart", "--cold");

        Assert.Equal(0, exitCode);
        Assert.Contains("version 2.0.0) serves", output);
        Assert.Equal("2.0.0", (await init.StatusAsync())["serving"]!["version"]!.GetValue<string>());
    }

    [Fact]
    public async Task ABuildThatDiesIsToldAndTheServiceGoesOn()
    {
        await using var init = await InitRun.StartAsync();
        init.SetModes("exit-early=9");

        var (exitCode, _, errors) = await init.ControlAsync("restart", "--cold");

        Assert.Equal(75, exitCode);
        Assert.Matches(@"cold restart failed: worker \d+ \(generation 2\) exited with code 9; it is started again within --restarts", errors);
        init.SetModes("");
        await init.WaitUntilAsync(status => status["state"]!.GetValue<string>() == "serving");
        Assert.InRange(await init.AskAsync(), 3, 6);
    }

    [Fact]
    public async Task APlainCommandIsReplaced()
    {
        const string Script = "trap 'echo TERM; exit 0' TERM; echo $$; while :; do sleep 0.05; done";
        var control = Path.Combine(Directory.CreateTempSubdirectory("crashshield-cold").FullName, "c.sock");
        await using var init = ChildProcess.Start(BuildPaths.Program("crashshield-init"), "--control", control, "--", "sh", "-c", Script);
        var first = await init.WaitForLineAsync(_ => true, InitRun.Deadline);

        await using var hot = ChildProcess.Start(BuildPaths.Program("crashshield-init"), "restart", "--control", control);
        Assert.Equal(75, await hot.WaitForExitAsync(InitRun.Deadline));
        Assert.Contains("it does not speak the hand-over protocol; crashshield-init restart --cold", Assert.Single(hot.Errors));
        await using var cold = ChildProcess.Start(BuildPaths.Program("crashshield-init"), "restart", "--cold", "--control", control);

        await init.WaitForLineAsync(line => line == "TERM", InitRun.Deadline);
        await init.WaitForLineAsync(line => line != "TERM" && line != first, InitRun.Deadline);
        init.Signal(UnixSignal.Term);
        Assert.Equal(0, await init.WaitForExitAsync(InitRun.Deadline));
        Assert.Equal(75, await cold.WaitForExitAsync(InitRun.Deadline));
        Assert.Contains("cold restart failed: the init is stopping", Assert.Single(cold.Errors));
        Directory.Delete(Path.GetDirectoryName(control)!);
    }

    // proc_net_tcp(5): local address, state 0A for one that listens, and the socket's inode.
    private static async Task<string> ListeningAsync(int port) => Assert.Single(
        (await File.ReadAllLinesAsync("/proc/net/tcp")).Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)),
        fields => fields[1].EndsWith($":{port:X4}", StringComparison.Ordinal) && fields[3] == "0A")[9];
}
