using System.IO.Compression;
using System.Runtime.Versioning;
using CrashShield.Integration.Tests.Init;
using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Packages;

/// <summary>The programs of the whole package, as <c>eng/pack-init.sh</c> makes it: another processor's in qemu, the one for musl where there is no C library.</summary>
[SupportedOSPlatform("linux")]
public sealed class InitRuntimeTests : IDisposable
{
    // A root with nothing in it but the program, and /proc.
    private const string InEmptyRoot = """mkdir -p "$0/proc"; mount -t proc proc "$0/proc"; exec chroot "$0" /crashshield-init "$@" """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("crashshield-runtimes-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact(Explicit = true)]
    public async Task EachStartsItsCommandAndEndsWithItsCode()
    {
        SystemPackage.Require("gcc", "gcc");
        SystemPackage.Require("gcc-aarch64-linux-gnu", "aarch64-linux-gnu-gcc");
        SystemPackage.Require("qemu-user", "qemu-aarch64");
        SystemPackage.Require("util-linux", "unshare");
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root for a root directory of its own");
        (await CommandRun.OfAsync(Path.Combine(BuildPaths.Repository, "eng", "pack-init.sh"), "-o", _folder.FullName)).AssertSucceeded();
        await ZipFile.ExtractToDirectoryAsync(Assert.Single(_folder.GetFiles("*.nupkg")).FullName, _folder.FullName, TestContext.Current.CancellationToken);

        await AssertRunsAsync([Program("linux-x64")], "sh", "-c", "exit 64");
        // With the signals blocked: else it executes itself to block them, which this kernel cannot do for another processor's program.
        await AssertRunsAsync(["env", "--block-signal", "qemu-aarch64", "-L", "/usr/aarch64-linux-gnu", Program("linux-arm64")], "sh", "-c", "exit 64");
        var root = Path.GetDirectoryName(Program("linux-musl-x64"))!;
        await AssertRunsAsync(["unshare", "--mount", "sh", "-c", InEmptyRoot, root], "/crashshield-init", "--drain", "2h");
    }

    private static async Task AssertRunsAsync(string[] program, params string[] command)
    {
        var version = await CommandRun.OfAsync(program[0], [.. program[1..], "--version"]);
        Assert.True(version.ExitCode == 0, $"{string.Join(' ', program)}: {version.Errors}");
        Assert.Matches(@"^crashshield-init \d+\.\d+\.\d+\n$", version.Output);

        await using var init = ChildProcess.StartCommand(new Dictionary<string, string>(), [.. program, "--restarts", "1/60s", "--", .. command]);
        Assert.Equal(64, await init.WaitForExitAsync(InitRun.Deadline));
        Assert.Equal(2, init.Errors.Count(line => line.EndsWith(" started", StringComparison.Ordinal)));
    }

    private string Program(string runtime)
    {
        var program = Path.Combine(_folder.FullName, "tools", runtime, "crashshield-init");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return program;
    }
}
