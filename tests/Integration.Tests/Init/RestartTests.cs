using System.Diagnostics;
using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Init;

public class RestartTests
{
    [Fact]
    public async Task ConnectionsQueueWhileAKilledWorkerIsReplaced()
    {
        await using var init = await InitRun.StartAsync();
        ProcessSignal.Send(await init.WorkerIdAsync(), UnixSignal.Kill);

        // Not one is refused.
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => init.AskAsync()));

        Assert.Contains(2, answers);
        Assert.All(answers, generation => Assert.InRange(generation, 1, 2));
    }

    [Fact]
    public async Task ASpareTakesOverAndIsReplaced()
    {
        await using var init = await InitRun.StartAsync("--spare");
        await WaitForSpareAsync(init, generation: 2);
        var clock = Stopwatch.StartNew();
        ProcessSignal.Send(await init.WorkerIdAsync(), UnixSignal.Kill);

        Assert.Equal(2, await WaitForGenerationAsync(init, 2));
        TestContext.Current.TestOutputHelper?.WriteLine($"accepted again after {clock.Elapsed.TotalMilliseconds:0} ms");
        await init.OutputBeginningAsync("probe 2: open, last death killed code=137 generation=1");
        await WaitForSpareAsync(init, generation: 3);
        // Neither a spare nor a new build comes after a death.
        Assert.Equal(0, (await init.ControlAsync("restart")).ExitCode);
        await init.OutputAsync("probe 4: open");
        Assert.DoesNotContain(init.Output, line => line.Contains("probe 3: last death", StringComparison.Ordinal) || line.Contains("probe 4: last death", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ASpareOfTheOldBuildIsReplacedOnRestart()
    {
        await using var init = await InitRun.StartAsync("--spare", "--probation", "0s");
        await WaitForSpareAsync(init, generation: 2);
        init.SetModes("version=2.0.0");
        Assert.Equal(0, (await init.ControlAsync("restart")).ExitCode);

        await WaitForSpareAsync(init, generation: 4);
        Assert.Equal("2.0.0", (await init.StatusAsync())["spare"]!["version"]!.GetValue<string>());
        await init.OutputAsync("probe 2: stop");
    }

    [Fact]
    public async Task TheNextWorkerIsToldHowTheLastOneEnded()
    {
        await using var init = await InitRun.StartAsync();
        var worker = await init.WorkerIdAsync();
        ProcessSignal.Send(worker, UnixSignal.Kill);

        await init.LogAsync($"worker {worker} (generation 1, version 1.0.0): killed by SIGKILL from outside [killed, code 137]");
        await init.LogAsync("(generation 2, version 1.0.0) serves");
        await init.OutputBeginningAsync("probe 2: last death killed code=137 generation=1");
        Assert.Equal(1, (await init.StatusAsync())["restarts"]!.GetValue<int>());
        Assert.Equal("killed", (await init.StatusAsync())["lastDeath"]!["kind"]!.GetValue<string>());
    }

    [Fact]
    public async Task AWorkerThatIgnoresTermIsKilledAtTheBound()
    {
        await using var init = await InitRun.StartAsync("--drain", "200ms");
        init.SetModes("ignore-term");
        Assert.Equal(1, await init.AskAsync());
        ProcessSignal.Send(await init.WorkerIdAsync(), UnixSignal.Kill);
        await init.LogAsync("(generation 2, version 1.0.0) serves");
        init.Signal(UnixSignal.Term);

        Assert.Equal(137, await init.WaitForExitAsync());
    }

    [Fact]
    public async Task ASecondTermEndsItAtOnce()
    {
        await using var init = await InitRun.StartAsync("--drain", "1h");
        init.SetModes("ignore-term");
        ProcessSignal.Send(await init.WorkerIdAsync(), UnixSignal.Kill);
        await init.LogAsync("(generation 2, version 1.0.0) serves");
        init.Signal(UnixSignal.Term);
        await init.OutputAsync("probe 2: TERM");
        await init.StopAgainAsync();

        Assert.Equal(137, await init.WaitForExitAsync());
    }

    [Fact]
    public async Task DescriptorsStayFlatOverRestarts()
    {
        await using var init = await InitRun.StartAsync("--probation", "0s");
        await init.RestartAsync(3);
        var before = init.Descriptors;

        await init.RestartAsync(7);

        Assert.Equal(before, init.Descriptors);
    }

    private static Task WaitForSpareAsync(InitRun init, int generation) => init.WaitUntilAsync(
        status => status["spare"] is { } spare && spare["generation"]!.GetValue<int>() == generation && spare["step"]!.GetValue<string>() == "ready");

    private static async Task<int> WaitForGenerationAsync(InitRun init, int generation)
    {
        int answer;
        while ((answer = await init.AskAsync()) != generation)
            Assert.True(answer < generation);
        return answer;
    }
}
