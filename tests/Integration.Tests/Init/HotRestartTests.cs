using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Init;

public class HotRestartTests
{
    [Fact]
    public async Task ANewBuildTakesOverTheSocketAndTheStateWhileClientsConnect()
    {
        await using var init = await InitRun.StartAsync("--probation", "300ms");
        Assert.Equal(1, await init.AskAsync());
        init.SetModes("version=2.0.0");

        var restart = init.ControlAsync("restart");
        HashSet<int> generations = [];
        while (!restart.IsCompleted)
            generations.Add(await init.AskAsync());
        var (exitCode, output, _) = await restart;

        Assert.Equal(0, exitCode);
        Assert.Contains("version 2.0.0", output);
        Assert.Equal([1, 2], generations.Order());
        Assert.Equal(2, await init.AskAsync());
        await init.OutputAsync("probe 2: state count=aGVsbG8+");
        await init.LogAsync("(generation 1, version 1.0.0) exited with code 0");
    }

    [Fact]
    public async Task AStateOfAnySizePassesToAWorkerThatIsSlowToRead()
    {
        await using var init = await InitRun.StartAsync("--probation", "0s");
        init.SetModes("states=3000");
        await init.RestartAsync(1);
        init.SetModes("deaf-ms=1000");

        Assert.Equal(0, (await init.ControlAsync("restart")).ExitCode);

        await init.OutputAsync("probe 3: states: 3000");
        Assert.Equal(3, await init.AskAsync());
    }

    [Theory]
    [InlineData("exit-early=134", "exited with code 134 before ready")]
    [InlineData("protocol=2", "it speaks version 2 of the protocol, this process version 1")]
    [InlineData("unhealthy", "not healthy: the database does not answer")]
    [InlineData("hang", "no hello within 5s")]
    [InlineData("never-ready", "not ready within 5s")]
    public async Task ABadBuildLeavesTheOldOneServing(string modes, string reason)
    {
        await using var init = await InitRun.StartAsync("--ready-timeout", "5s");
        init.SetModes(modes);

        var (exitCode, _, errors) = await init.ControlAsync("restart");

        Assert.Equal(75, exitCode);
        Assert.Contains(reason, errors);
        Assert.Contains("(generation 1, version 1.0.0) goes on", errors);
        Assert.Equal(1, await init.AskAsync());
    }

    [Fact]
    public async Task ABuildThatDiesOnProbationIsReplacedByTheOldOne()
    {
        await using var init = await InitRun.StartAsync();
        init.SetModes("die-after-open");

        var (exitCode, _, errors) = await init.ControlAsync("restart");

        Assert.Equal(75, exitCode);
        Assert.Contains("exited with code 7 during probation", errors);
        Assert.Equal(1, await init.AskAsync());
        await init.OutputAsync("probe 1: resumed");
    }

    [Fact]
    public async Task TheOldWorkerMayRejectTheNewOne()
    {
        await using var init = await InitRun.StartAsync();
        init.SetModes("reject");
        Assert.Equal(0, (await init.ControlAsync("restart")).ExitCode);
        init.SetModes("version=2.0.0");

        var (exitCode, _, errors) = await init.ControlAsync("restart");

        Assert.Equal(75, exitCode);
        Assert.Contains("version 2.0.0 does not fit 1.0.0: the schema differs", errors);
        Assert.Equal(2, await init.AskAsync());
    }

    [Fact]
    public async Task ABuildThatTalksNonsenseIsToldSoEachTime()
    {
        await using var init = await InitRun.StartAsync("--probation", "0s");
        init.SetModes("stray");

        await init.RestartAsync(1);

        Assert.Equal(2, await init.AskAsync());
        await init.OutputAsync("probe 2: refused: type 'dance' is not known to crashshield-init");
        await init.OutputAsync("probe 2: refused: a packet has at most 32768 bytes, this one had 100000");
        // Of what is no JSON, and of a packet without a type.
        Assert.Equal(2, init.Output.Count(line => line == "probe 2: refused: a packet is one JSON object with the property type and each property of its kind"));
    }

    [Fact]
    public async Task ASecondRestartWhileOneRunsIsRefused()
    {
        await using var init = await InitRun.StartAsync();
        init.SetModes("never-ready");
        init.Signal(UnixSignal.Usr2);
        await init.LogAsync("(generation 2, version 1.0.0) starts up");

        var (exitCode, _, errors) = await init.ControlAsync("restart");

        Assert.Equal(75, exitCode);
        Assert.Contains("a hot restart is running already: generation 2, step ready", errors);
    }

    [Fact]
    public async Task TheWorkerItselfMayAsk()
    {
        await using var init = await InitRun.StartAsync("--probation", "0s");
        // The probe asks for a restart when it gets SIGHUP.
        ProcessSignal.Send(await init.WorkerIdAsync(), UnixSignal.Hup);

        await init.OutputAsync("probe 1: restarting");
        await init.LogAsync("hot restart done");
        Assert.Equal(2, await init.AskAsync());
    }

    [Fact]
    public async Task TermDuringAHandOverDrainsTheServingWorker()
    {
        await using var init = await InitRun.StartAsync();
        init.SetModes("never-ready");
        init.Signal(UnixSignal.Usr2);
        await init.LogAsync("(generation 2, version 1.0.0) starts up");
        init.Signal(UnixSignal.Term);

        Assert.Equal(0, await init.WaitForExitAsync());
        await init.OutputAsync("probe 1: TERM");
    }

    [Fact]
    public async Task TheInitReplacesItselfAndTheWorkerNoticesNothing()
    {
        await using var init = await InitRun.StartAsync("--probation", "0s");
        var worker = await init.WorkerIdAsync();

        var (exitCode, output, _) = await init.ControlAsync("restart", "--self");

        Assert.Equal(0, exitCode);
        Assert.Contains("goes on", output);
        Assert.Equal(worker, await init.WorkerIdAsync());
        Assert.Equal(1, await init.AskAsync());
        Assert.Equal(0, (await init.ControlAsync("restart")).ExitCode);
        Assert.Equal(2, await init.AskAsync());
        await init.LogAsync($"worker {worker} (generation 1, version 1.0.0) exited with code 0");
    }

    [Fact]
    public async Task TheInitFollowsTheLinkByWhichItWasStarted()
    {
        var directory = Directory.CreateTempSubdirectory("crashshield-link").FullName;
        try
        {
            var link = Path.Combine(directory, "dotnet");
            File.CreateSymbolicLink(link, Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(folder => Path.Combine(folder, "dotnet")).First(File.Exists));
            await using var init = await InitRun.StartAsync([link, BuildPaths.Program("crashshield-init")], []);

            Assert.Equal(0, (await init.ControlAsync("restart", "--self")).ExitCode);

            await init.LogAsync($"executing {link} in place of this image");
            Assert.Equal(1, await init.AskAsync());
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
