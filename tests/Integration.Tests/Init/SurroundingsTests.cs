using System.Runtime.Versioning;
using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Init;

/// <summary>What every machine has, and this one has not.</summary>
[SupportedOSPlatform("linux")]
public sealed class SurroundingsTests(NativeProgram program) : IClassFixture<NativeProgram>, IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly string _directory = Directory.CreateTempSubdirectory("crashshield-places").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact(Explicit = true)]
    public async Task WithoutProcItRunsItsCommand()
    {
        Assert.SkipUnless(Environment.UserName == "root", "a mount namespace needs root");
        var init = await program.PublishAsync();
        await using var process = Command("unshare", "--mount", "sh", "-c", $"mount -t tmpfs none /proc && exec {init} -- sh -c 'echo $NAME; exit 3'");

        Assert.Equal("a b", await process.WaitForLineAsync(_ => true, Deadline));
        Assert.Equal(3, await process.WaitForExitAsync(Deadline));
        Assert.DoesNotContain(process.Errors, line => line.Contains("   at ", StringComparison.Ordinal));
    }

    /// <summary>As for a port below 1024: /proc/self/environ is root's then.</summary>
    [Fact(Explicit = true)]
    public async Task WithFileCapabilitiesAnotherUserRunsIt()
    {
        Assert.SkipUnless(Environment.UserName == "root", "setcap needs root");
        SystemPackage.Require("libcap2-bin", "setcap");
        SystemPackage.Require("util-linux", "setpriv");
        var init = Path.Combine(_directory, "init");
        File.Copy(await program.PublishAsync(), init);
        File.SetUnixFileMode(_directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute | UnixFileMode.OtherRead);
        File.SetUnixFileMode(init, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute | UnixFileMode.OtherRead);
        (await CommandRun.OfAsync("setcap", "cap_net_bind_service=ep", init)).AssertSucceeded();
        await using var process = Command("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", init, "--", "sh", "-c", "echo $NAME; exit 3");

        Assert.Equal("a b", await process.WaitForLineAsync(_ => true, Deadline));
        Assert.Equal(3, await process.WaitForExitAsync(Deadline));
    }

    [Theory(Explicit = true)]
    [InlineData("<&- >&- 2>&-")]
    [InlineData("<&-")]
    [InlineData(">&-")]
    [InlineData("2>&-")]
    public async Task ClosedDescriptorsLeadToNowhere(string closed)
    {
        var file = Path.Combine(_directory, "out");
        var init = await program.PublishAsync();
        await using var process = Command("sh", "-c", $"exec {init} --control {_directory}/c -- sh -c 'for n in 0 1 2; do readlink /proc/$$/fd/$n; done > {file}.part; mv {file}.part {file}; exec sleep 3' {closed}");
        await Poll.UntilAsync(() => File.Exists(file), "the command runs");
        var links = File.ReadAllLines(file);
        Assert.Equal(3, links.Length);
        // Its own output is the file's while it looks.
        foreach (var (descriptor, redirection) in new[] { (0, "<&-"), (2, "2>&-") })
        {
            if (closed.Split(' ').Contains(redirection))
                Assert.Equal("/dev/null", links[descriptor]);
        }

        // While its command sleeps it has nothing to do.
        await Task.Delay(TimeSpan.FromSeconds(1.5), TestContext.Current.CancellationToken);
        Assert.InRange(Ticks(process.Id), 0, 70);
        Assert.Equal(0, await process.WaitForExitAsync(Deadline));
    }

    [Fact(Explicit = true)]
    public async Task ItsDirectoryIsLookedUpAnewForEachWorker()
    {
        var (first, second, current) = (Path.Combine(_directory, "1"), Path.Combine(_directory, "2"), Path.Combine(_directory, "current"));
        foreach (var release in new[] { first, second })
        {
            Directory.CreateDirectory(release);
            File.WriteAllText(Path.Combine(release, "name"), Path.GetFileName(release));
        }

        File.CreateSymbolicLink(current, first);
        await using var process = Command([.. InitRun.Managed, "--restarts", "3/60s", "--directory", current, "--", "sh", "-c", "cat name; echo; exec sleep 300"]);
        await process.WaitForLineAsync(line => line == "1", Deadline);
        File.Delete(current);
        File.CreateSymbolicLink(current, second);
        Directory.Delete(first, recursive: true);
        ProcessSignal.Send(ChildOf(process.Id), UnixSignal.Kill);

        await process.WaitForLineAsync(line => line == "2", Deadline);
        process.Signal(UnixSignal.Term);
        Assert.Equal(143, await process.WaitForExitAsync(Deadline));
    }

    [Fact(Explicit = true)]
    public async Task ADeletedWorkingDirectoryIsTold()
    {
        var gone = Path.Combine(_directory, "gone");
        await using var process = Command("sh", "-c", $"mkdir {gone}; cd {gone}; rmdir {gone}; exec {string.Join(' ', InitRun.Managed)} -- true");
        await process.WaitForErrorLineAsync(line => line.Contains("the working directory was deleted", StringComparison.Ordinal) && line.Contains("--directory DIR", StringComparison.Ordinal), Deadline);
        Assert.Equal(0, await process.WaitForExitAsync(Deadline));
    }

    [Theory(Explicit = true)]
    [InlineData("--snapshots")]
    [InlineData("--control")]
    [InlineData("--directory")]
    public async Task ARelativePathInADeletedDirectoryIsOneLine(string option)
    {
        var gone = Path.Combine(_directory, "gone");
        var init = await program.PublishAsync();
        await using var process = Command("sh", "-c", $"mkdir {gone}; cd {gone}; rmdir {gone}; exec {init} {option} x -- true");
        Assert.Equal(71, await process.WaitForExitAsync(Deadline));
        Assert.Single(process.Errors);
    }

    [Theory(Explicit = true)]
    [InlineData("tini")]
    [InlineData("crashshield-init")]
    public async Task AScriptWithoutAFirstLineIsRunByTheShell(string init)
    {
        if (init == "tini")
            SystemPackage.Require("tini", "tini");
        string[] start = init == "tini" ? ["tini"] : InitRun.Managed;
        var script = Path.Combine(_directory, "run-it");
        File.WriteAllText(script, "echo \"$0 $1\"\nexit 4\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        await using var byPath = Command([.. start, "--", script, "a"]);
        Assert.Equal($"{script} a", await byPath.WaitForLineAsync(_ => true, Deadline));
        Assert.Equal(4, await byPath.WaitForExitAsync(Deadline));
        await using var byName = Command(["env", $"PATH={_directory}:{Environment.GetEnvironmentVariable("PATH")}", .. start, "--", "run-it", "b"]);
        Assert.Equal($"{script} b", await byName.WaitForLineAsync(_ => true, Deadline));
    }

    [Fact(Explicit = true)]
    public async Task ACleanEndOnAFullDiskIsOne()
    {
        Assert.SkipUnless(Environment.UserName == "root", "a mount namespace needs root");
        var (disk, go) = (Path.Combine(_directory, "disk"), Path.Combine(_directory, "go"));
        Directory.CreateDirectory(disk);
        var init = $"{string.Join(' ', InitRun.Managed)} --snapshots {disk}";
        var script = $"""
            mount -t tmpfs -o size=64k none {disk}
            {init} -- sh -c 'dd if=/dev/zero of={disk}/full bs=1k count=100 2>/dev/null; exit 0'
            cat {disk}/run.json; echo
            {init} -- sh -c 'echo "<$CRASHSHIELD_LAST_DEATH>"'
            """;
        await using var process = Command("unshare", "--mount", "sh", "-c", script);

        Assert.Equal("<>", await process.WaitForLineAsync(line => line.StartsWith('<'), Deadline));
        Assert.Equal(0, await process.WaitForExitAsync(Deadline));
        Assert.Contains(process.Errors, line => line.Contains("cannot write", StringComparison.Ordinal));
    }

    private static ChildProcess Command(params string[] words) => ChildProcess.StartCommand(new Dictionary<string, string> { ["NAME"] = "a b" }, words);

    private static int ChildOf(int processId) => int.Parse(File.ReadAllText($"/proc/{processId}/task/{processId}/children").Trim().Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);

    // Of a hundredth of a second, of user and of system time.
    private static long Ticks(int processId)
    {
        var stat = File.ReadAllText($"/proc/{processId}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return long.Parse(fields[11], System.Globalization.CultureInfo.InvariantCulture) + long.Parse(fields[12], System.Globalization.CultureInfo.InvariantCulture);
    }
}
