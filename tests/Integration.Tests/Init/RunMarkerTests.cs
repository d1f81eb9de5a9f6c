using System.Globalization;
using System.Text.Json.Nodes;
using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Init;

public sealed class RunMarkerTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("crashshield-marker").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task ACrashIsToldToTheNextRun()
    {
        Assert.Equal(139, (await RunAsync("kill -SEGV $$")).ExitCode);
        Assert.Equal("signal", JsonNode.Parse(File.ReadAllText(Path.Combine(_directory, "run.json")))!["lastDeath"]!["kind"]!.GetValue<string>());

        var (exitCode, output, errors) = await RunAsync("echo \"$CRASHSHIELD_LAST_DEATH\"");

        Assert.Equal(0, exitCode);
        Assert.StartsWith("signal code=139 generation=1 at=", output);
        Assert.Contains("crashshield-init: the last run ended badly: ended by SIGSEGV [signal, code 139]", errors);
    }

    [Fact]
    public async Task ACleanEndLeavesNothingToTell()
    {
        await RunAsync("exit 0");
        Assert.Equal("", (await RunAsync("echo \"$CRASHSHIELD_LAST_DEATH\"")).Output);
    }

    [Fact]
    public async Task AKilledInitIsToldToTheNextRun()
    {
        await using (var init = Start("echo $$; exec sleep 300"))
        {
            var worker = int.Parse(await init.WaitForLineAsync(_ => true, InitRun.Deadline), CultureInfo.InvariantCulture);
            init.Signal(UnixSignal.Kill);
            ProcessSignal.Send(worker, UnixSignal.Kill);
            await init.WaitForExitAsync(InitRun.Deadline);
        }

        Assert.StartsWith("init-killed code=137", (await RunAsync("echo \"$CRASHSHIELD_LAST_DEATH\"")).Output);
    }

    [Fact]
    public async Task TheRuntimeIsToldToWriteACrashReport()
    {
        var (_, output, _) = await RunAsync("echo $DOTNET_DbgEnableMiniDump $DOTNET_EnableCrashReportOnly $DOTNET_DbgMiniDumpName");
        // The test's own environment has switched the dump off, and what is set stays.
        Assert.Equal($"0 1 {_directory}/crash-%t-%p.dmp", output);
    }

    [Fact]
    public async Task CrashReportsAreKeptWithinBounds()
    {
        for (var time = 1; time <= 12; time++)
            File.WriteAllText(Path.Combine(_directory, $"crash-{time}-7.dmp.crashreport.json"), "{}");
        await RunAsync("exit 0");

        Assert.Equal(10, Directory.GetFiles(_directory, "crash-*").Length);
    }

    private ChildProcess Start(string script) =>
        ChildProcess.Start(BuildPaths.Program("crashshield-init"), "--restarts", "0/60s", "--snapshots", _directory, "--", "sh", "-c", script);

    private async Task<(int ExitCode, string Output, IReadOnlyList<string> Errors)> RunAsync(string script)
    {
        await using var init = Start(script);
        return (await init.WaitForExitAsync(InitRun.Deadline), string.Join('\n', init.Output), init.Errors);
    }
}
