using System.Globalization;
using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Serving;

/// <summary>Of the processes of a service, a spare and a new build among them, one at a time does the background work: no message is consumed twice, no job runs twice.</summary>
public sealed class BackgroundWorkTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    // A slot of the job's clock is 50 ms. What the machine's other work adds shows within a process, too, and is taken off.
    private static readonly TimeSpan LongestGap = TimeSpan.FromMilliseconds(500);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("crashshield-work-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public Task SpareAndHotRestartsDoNothingTwice() => RestartsDoNothingTwiceAsync(restarts: 2);

    [Fact(Explicit = true)]
    public Task SpareAndTwentyHotRestartsDoNothingTwice() => RestartsDoNothingTwiceAsync(restarts: 20);

    [Fact]
    public async Task SpareGoesOnWithTheWorkOfOneThatWasKilled()
    {
        await using var init = Start("--spare");
        var first = await WorkerIdAsync(init, 1);
        await init.WaitForEventAsync("ServicesWait", Deadline);
        await Poll.UntilAsync(() => init.Logged("WorkerReady").Count == 2, "the spare is ready");
        ProcessSignal.Send(first, UnixSignal.Kill);
        await init.WaitForEventAsync("ServicesRun", Deadline);
        await UntilSomebodyElseTicksAsync(first);
        await StopAsync(init);
        AssertNothingTwice();
    }

    [Fact]
    public async Task WorkIsTakenBackFromABuildThatFailsInItsProbation()
    {
        await using var init = Start("--probation", "1h");
        var first = await WorkerIdAsync(init, 1);
        await UntilTicksAsync(first);
        await using var restart = ChildProcess.Start(BuildPaths.Program("crashshield-init"), ["restart", "--control", ControlSocket]);
        await init.WaitForEventAsync("ServicesRun", Deadline);
        var second = await NewTickerAsync(first);
        ProcessSignal.Send(second, UnixSignal.Kill);
        await init.WaitForEventAsync("GateReopened", Deadline);
        await UntilSomebodyElseTicksAsync(second);
        await StopAsync(init);
        AssertNothingTwice();
    }

    [Theory]
    [InlineData(null)]
    // Its health depends on its background services.
    [InlineData("00:00:00.3")]
    public async Task WithoutAnInitTheOldProcessHandsTheWorkOver(string? prepares)
    {
        await using var old = StartAlone("00:00:00.5", prepares is null ? [] : ["--Prepares", prepares]);
        await UntilTicksAsync(old.Id);
        // Its services start before it has started.
        await old.WaitForEventAsync("ApplicationStarted", Deadline);
        old.Signal(UnixSignal.Usr2);
        var next = await NewTickerAsync(old.Id);
        try
        {
            await old.WaitForEventAsync("HandedOver", Deadline);
        }
        finally
        {
            ProcessSignal.Send(next, UnixSignal.Term);
        }

        Assert.Equal(0, await old.WaitForExitAsync(Deadline));
        AssertNothingTwice();
    }

    [Fact]
    public async Task WithoutAnInitTheOldProcessTakesTheWorkBack()
    {
        await using var old = StartAlone("01:00:00");
        await UntilTicksAsync(old.Id);
        // Its services start before it has started.
        await old.WaitForEventAsync("ApplicationStarted", Deadline);
        old.Signal(UnixSignal.Usr2);
        var next = await NewTickerAsync(old.Id);
        ProcessSignal.Send(next, UnixSignal.Kill);
        await old.WaitForEventAsync("RestartFailed", Deadline);
        await UntilSomebodyElseTicksAsync(next);
        await StopAsync(old);
        AssertNothingTwice();
    }

    [Fact]
    public async Task BuildWhoseHealthDependsOnItsServicesTakesOver()
    {
        await using var init = StartWith(["--Prepares", "00:00:00.3"], "--spare", "--probation", "200ms");
        var first = await WorkerIdAsync(init, 1);
        Assert.Equal(0, await HotRestartAsync());
        await UntilSomebodyElseTicksAsync(first);
        await StopAsync(init);
        AssertNothingTwice();
        Assert.Equal(2, Lines("prepared").Count(line => line.Text == "ends"));
    }

    [Fact]
    public async Task SpareWhoseHealthDependsOnItsServicesTakesOver()
    {
        await using var init = StartWith(["--Prepares", "00:00:00.3"], "--spare");
        var first = await WorkerIdAsync(init, 1);
        await init.WaitForEventAsync("WaitsForServices", Deadline);
        ProcessSignal.Send(first, UnixSignal.Kill);
        await UntilSomebodyElseTicksAsync(first);
        await Poll.UntilAsync(() => Lines("prepared").Count(line => line.Text == "ends") == 2, "the spare has prepared itself");
        await StopAsync(init);
        AssertNothingTwice();
    }

    [Fact]
    public async Task BuildThatIsNotWellWithItsServicesEitherGivesThemBack()
    {
        await using var init = StartWith(["--Prepares", "first", "--CrashShield:Handoff:ReadyTimeout", "00:00:02"]);
        var first = await WorkerIdAsync(init, 1);
        await UntilTicksAsync(first);
        var restart = HotRestartAsync();
        await UntilSomebodyElseTicksAsync(first);
        Assert.NotEqual(0, await restart);
        var second = Lines("ticks")[^1].Process;
        await UntilSomebodyElseTicksAsync(second);
        Assert.Equal(first, Lines("ticks")[^1].Process);
        await StopAsync(init);
        AssertNothingTwice();
    }

    private ChildProcess StartAlone(string probation, params string[] settings) =>
        ChildProcess.Start(BuildPaths.Program("CrashShield.WorkProbe"), ["worker", _folder.FullName, "--CrashShield:Handoff:Probation", probation, .. settings]);

    private string ControlSocket => Path.Combine(_folder.FullName, "init.sock");

    private async Task RestartsDoNothingTwiceAsync(int restarts)
    {
        await using var init = Start("--spare", "--probation", "200ms");
        await WorkerIdAsync(init, 1);
        for (var i = 0; i < restarts; i++)
        {
            Assert.Equal(0, await HotRestartAsync());
        }

        await StopAsync(init);
        AssertNothingTwice();
        Assert.Equal(restarts + 1, Lines("turns").Count(line => line.Text == "begins"));
        // Prepared in each process, the spares among them.
        Assert.InRange(Lines("filled").Select(line => line.Process).Distinct().Count(), restarts + 1, int.MaxValue);
    }

    private ChildProcess Start(params string[] options) => StartWith([], options);

    private ChildProcess StartWith(string[] settings, params string[] options) => ChildProcess.Start(
        BuildPaths.Program("crashshield-init"),
        ["--control", ControlSocket, .. options, "--", "dotnet", BuildPaths.Program("CrashShield.WorkProbe"), "worker", _folder.FullName, .. settings]);

    private async Task<int?> HotRestartAsync()
    {
        await using var restart = ChildProcess.Start(BuildPaths.Program("crashshield-init"), ["restart", "--control", ControlSocket]);
        return await restart.WaitForExitAsync(Deadline);
    }

    private void AssertNothingTwice()
    {
        foreach (var file in new[] { "messages", "ticks" })
        {
            var lines = Lines(file);
            Assert.Empty(LedgerLine.Twice(lines).Select(twice => $"{file} {twice}"));
            // A process that is killed may not have come to write.
            var (gap, within) = (LedgerLine.BetweenProcesses(lines).DefaultIfEmpty().Max(), LedgerLine.LongestWithin(lines));
            Assert.True(gap - within < LongestGap, $"nobody wrote {file} for {gap.TotalMilliseconds:F0} ms, and within one process for {within.TotalMilliseconds:F0} ms at most");
        }
    }

    private LedgerLine[] Lines(string file) => LedgerLine.Read(Path.Combine(_folder.FullName, file));

    private Task UntilTicksAsync(int process) => Poll.UntilAsync(() => Lines("ticks").Any(line => line.Process == process), $"process {process} ticks");

    private Task UntilSomebodyElseTicksAsync(int process) => Poll.UntilAsync(() => Lines("ticks") is [.., var last] && last.Process != process, $"another process than {process} ticks");

    private async Task<int> NewTickerAsync(int before)
    {
        await UntilSomebodyElseTicksAsync(before);
        return Lines("ticks")[^1].Process;
    }

    private static async Task<int> WorkerIdAsync(ChildProcess init, int generation)
    {
        var line = await init.WaitForErrorLineAsync(
            line => line.Contains($"(generation {generation},", StringComparison.Ordinal) && line.EndsWith(" serves", StringComparison.Ordinal), Deadline);
        // crashshield-init: worker 123 (generation 1, version 0.1.0.0) serves
        return int.Parse(line.Split(' ')[2], CultureInfo.InvariantCulture);
    }

    private static async Task StopAsync(ChildProcess init)
    {
        init.Signal(UnixSignal.Term);
        Assert.Equal(0, await init.WaitForExitAsync(Deadline));
    }
}
