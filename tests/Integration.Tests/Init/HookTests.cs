using System.Runtime.Versioning;
using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Init;

[SupportedOSPlatform("linux")]
public sealed class HookTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("crashshield-hook").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task ADeathIsToldWithReasonCodeAndBundle()
    {
        var snapshots = Path.Combine(_directory, "snapshots");
        await using var init = await InitRun.StartAsync("--snapshots", snapshots, "--on-death", Hook());
        var worker = await init.WorkerIdAsync();
        File.WriteAllText(Path.Combine(snapshots, "crash-1-1.dmp.crashreport.json"), "of another process");
        var report = Path.Combine(snapshots, $"crash-1-{worker}.dmp.crashreport.json");
        File.WriteAllText(report, "{}");
        ProcessSignal.Send(worker, UnixSignal.Kill);

        var told = await ToldAsync("killed");
        Assert.Equal(("death", "137", "1", $"{worker}"), (told["HOOK"], told["CODE"], told["GENERATION"], told["WORKER"]));
        Assert.Equal("killed by SIGKILL from outside", told["DETAIL"]);
        Assert.Equal(report, told["BUNDLE"]);
        // The environment of the init, and nothing that is a worker's own.
        Assert.Equal(["BUNDLE", "CODE", "DETAIL", "GENERATION", "HOOK", "REASON", "WORKER"], told.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(2, await init.AskAsync());
    }

    [Fact]
    public async Task AHookThatHangsHoldsNobodyUpAndIsKilledWithAllThatItHasStarted()
    {
        // A number that no other process has on its command line.
        var number = $"864{Random.Shared.Next(100_000, 999_999)}";
        await using var init = await InitRun.StartAsync("--on-death", $"sleep {number} & sleep {number}; true");
        ProcessSignal.Send(await init.WorkerIdAsync(), UnixSignal.Kill);
        await Poll.UntilAsync(() => Sleeping(number) == 2, "the hook runs");

        Assert.Equal(2, await init.AskAsync());
        Assert.DoesNotContain(init.Errors, line => line.Contains("is killed", StringComparison.Ordinal));
        await init.LogAsync("--on-death has not ended within 10s and is killed");
        await Poll.UntilAsync(() => Sleeping(number) == 0, "all of the hook is gone");
        await Poll.UntilAsync(() => Children(init.Id).All(child => State(child) != 'Z'), "it was reaped");

        var status = await init.StatusAsync();
        Assert.Equal((1, 2), (status["restarts"]!.GetValue<int>(), status["generation"]!.GetValue<int>()));
        Assert.Equal(2, await init.AskAsync());
    }

    [Fact]
    public async Task AnIncidentIsTold()
    {
        await using var init = await InitRun.StartAsync("--on-incident", Hook());
        init.SetModes("exit-early=9");
        Assert.Equal(75, (await init.ControlAsync("restart")).ExitCode);

        var told = await ToldAsync("restart-failed");
        Assert.Equal(("incident", "", "2", ""), (told["HOOK"], told["CODE"], told["GENERATION"], told["BUNDLE"]));
        Assert.Contains("exited with code 9 before ready", told["DETAIL"]);
    }

    [Fact]
    public async Task AHookThatCannotStartIsTold()
    {
        await using var init = await InitRun.StartAsync("--on-death", "/no/such/hook");
        ProcessSignal.Send(await init.WorkerIdAsync(), UnixSignal.Kill);

        await init.LogAsync("--on-death cannot start /no/such/hook: No such file or directory (2)");
        Assert.Equal(2, await init.AskAsync());
    }

    [Fact]
    public async Task TheEndOfTheInitWaitsForAHookButNotForASecondRequest()
    {
        var hook = Hook("sleep 1");
        Assert.Equal(9, await RunAsync("exit 9", "--on-incident", hook));
        Assert.Equal("9", (await ToldAsync("gave-up"))["CODE"]);

        await using var init = Start("exit 9", "--on-death", "sleep 300");
        await init.WaitForErrorLineAsync(line => line.Contains("giving up", StringComparison.Ordinal), InitRun.Deadline);
        await Poll.UntilAsync(() => Children(init.Id).Any(), "the hook runs");
        init.Signal(UnixSignal.Term);
        Assert.Equal(9, await init.WaitForExitAsync(TimeSpan.FromSeconds(8)));
    }

    [Fact]
    public async Task TheEndOfARunThatWasKilledIsToldAtTheNextStart()
    {
        await using (var init = Start("echo $$; exec sleep 300", "--snapshots", _directory))
        {
            var worker = await init.WaitForLineAsync(_ => true, InitRun.Deadline);
            init.Signal(UnixSignal.Kill);
            ProcessSignal.Send(int.Parse(worker, System.Globalization.CultureInfo.InvariantCulture), UnixSignal.Kill);
            await init.WaitForExitAsync(InitRun.Deadline);
        }

        Assert.Equal(0, await RunAsync("exit 0", "--snapshots", _directory, "--on-death", Hook()));
        Assert.Equal("137", (await ToldAsync("init-killed"))["CODE"]);
        File.Delete(Told("init-killed"));
        Assert.Equal(0, await RunAsync("exit 0", "--snapshots", _directory, "--on-death", Hook()));
        Assert.False(File.Exists(Told("init-killed")));
    }

    [Theory]
    [InlineData("1", "exited with code 9 [exit, code 9]; the worker died more often than --restarts 0/60s allows: giving up with code 9")]
    [InlineData("", "")]
    public async Task InAPodTheReasonIsInTheTerminationLog(string host, string reason)
    {
        Assert.SkipUnless(Environment.UserName == "root", "a mount namespace needs root");
        SystemPackage.Require("util-linux", "unshare");
        // A /dev with a termination log, which no other process sees.
        const string Script = """
            set -e
            mkdir -p $0/dev; mount -t tmpfs none $0/dev
            for name in null zero random urandom tty; do touch $0/dev/$name; mount --bind /dev/$name $0/dev/$name; done
            ln -s /proc/self/fd $0/dev/fd; touch $0/dev/termination-log
            mount --move $0/dev /dev
            code=0; "$@" || code=$?
            echo "log: $(cat /dev/termination-log)"
            exit $code
            """;
        await using var init = ChildProcess.StartCommand(
            new Dictionary<string, string> { ["KUBERNETES_SERVICE_HOST"] = host },
            ["unshare", "--mount", "sh", "-c", Script, _directory, .. InitRun.Managed, "--restarts", "0/60s", "--", "sh", "-c", "exit 9"]);

        Assert.Equal(9, await init.WaitForExitAsync(InitRun.Deadline));
        Assert.Equal($"log: {reason}", Assert.Single(init.Output));
    }

    private static IEnumerable<int> Children(int processId) => File.ReadAllText($"/proc/{processId}/task/{processId}/children")
        .Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(child => int.Parse(child, System.Globalization.CultureInfo.InvariantCulture));

    private static char State(int processId)
    {
        try
        {
            return File.ReadLines($"/proc/{processId}/status").Single(line => line.StartsWith("State:", StringComparison.Ordinal)).Split('\t')[1][0];
        }
        catch (IOException)
        {
            return '-';
        }
    }

    // Processes whose command line is "sleep NUMBER".
    private static int Sleeping(string number) => Directory.GetDirectories("/proc").Count(process =>
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline")) == $"sleep\0{number}\0";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    });

    private string Told(string reason) => Path.Combine(_directory, reason);

    // Writes what it is told, and renames the file when it is whole.
    private string Hook(string first = "true")
    {
        var path = Path.Combine(_directory, "hook");
        File.WriteAllText(path, $"#!/bin/sh\n{first}\nenv | grep ^CRASHSHIELD_ | grep -v ^CRASHSHIELD_TESTS > {_directory}/partial\nmv {_directory}/partial {_directory}/$CRASHSHIELD_REASON\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    private async Task<Dictionary<string, string>> ToldAsync(string reason)
    {
        await Poll.UntilAsync(() => File.Exists(Told(reason)), $"the hook is told of {reason}");
        return File.ReadLines(Told(reason)).Select(line => line["CRASHSHIELD_".Length..].Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
    }

    private static ChildProcess Start(string script, params string[] options) =>
        ChildProcess.Start(BuildPaths.Program("crashshield-init"), ["--restarts", "0/60s", .. options, "--", "sh", "-c", script]);

    private static async Task<int> RunAsync(string script, params string[] options)
    {
        await using var init = Start(script, options);
        return await init.WaitForExitAsync(InitRun.Deadline);
    }
}
