using System.Runtime.Versioning;
using CrashShield.Integration.Tests.Init;
using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Packages;

/// <summary>The package CrashShield.Init in an application as <c>dotnet new</c> makes it.</summary>
[SupportedOSPlatform("linux")]
public sealed class InitPackageTests(NativeProgram program) : IClassFixture<NativeProgram>, IDisposable
{
    private const string Name = "crashshield-init";
    private const UnixFileMode Executable = (UnixFileMode)0b111_101_101;

    private readonly NewProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact(Explicit = true)]
    public async Task TheInitIsBesideThePublishedApplicationAndRunsIt()
    {
        await TakePackageAsync();

        var beside = await PublishAsync("beside", "-r", "linux-x64", "--no-self-contained");
        var program = Path.Combine(beside, Name);
        Assert.Equal(Executable, File.GetUnixFileMode(program));
        await using var init = ChildProcess.StartCommand(new Dictionary<string, string>(), [program, "--", "dotnet", Path.Combine(beside, "app.dll"), "--urls", "http://127.0.0.1:0"]);
        using var client = new HttpClient { BaseAddress = await init.WaitForAddressAsync(InitRun.Deadline) };
        Assert.Equal("Hello World!", await client.GetStringAsync("/", TestContext.Current.CancellationToken));
        init.Signal(UnixSignal.Term);
        Assert.Equal(0, await init.WaitForExitAsync(InitRun.Deadline));

        var portable = await PublishAsync("portable");
        Assert.Equal(Executable, File.GetUnixFileMode(Path.Combine(portable, "runtimes", "linux-x64", "native", Name)));
        Assert.False(File.Exists(Path.Combine(portable, Name)));

        var single = await PublishAsync("single", "-r", "linux-x64", "--no-self-contained", "-p:PublishSingleFile=true");
        Assert.Equal(Executable, File.GetUnixFileMode(Path.Combine(single, Name)));
        Assert.False(File.Exists(Path.Combine(single, "app.dll")));
    }

    [Fact(Explicit = true)]
    public async Task ARuntimeThatItDoesNotHaveIsNamed()
    {
        await TakePackageAsync();

        var arm = await _project.TryDotnetAsync(_project.App, "publish", "-r", "linux-arm", "--no-self-contained", "-p:UseAppHost=false", "-o", _project.In("arm"));
        Assert.NotEqual(0, arm.ExitCode);
        Assert.Contains(
            "error CRASHSHIELD1001: CrashShield.Init has no crashshield-init for 'linux-arm', only for linux-x64. Publish for one of them, or give the PackageReference a Condition.", arm.Output);

        var windows = await _project.TryDotnetAsync(_project.App, "publish", "-r", "win-x64", "--no-self-contained", "-p:UseAppHost=false", "-o", _project.In("windows"));
        Assert.True(windows.ExitCode == 0, windows.Output);
        Assert.Contains("warning CRASHSHIELD1002: CrashShield.Init has no crashshield-init for 'win-x64', only for linux-x64: it runs on Linux alone, and is not published.", windows.Output);
        Assert.False(File.Exists(Path.Combine(_project.In("windows"), Name)));
    }

    // A package keeps no modes, whatever the program has here.
    private async Task TakePackageAsync()
    {
        var natives = _project.In("natives");
        Directory.CreateDirectory(Path.Combine(natives, "linux-x64"));
        File.Copy(await program.PublishAsync(), Path.Combine(natives, "linux-x64", Name));
        await _project.NewAsync("web");
        await _project.AddFeedAsync(["Init"], $"-p:CrashShieldInitNatives={natives}");
        await _project.AddAsync("CrashShield.Init");
    }

    private async Task<string> PublishAsync(string name, params string[] options)
    {
        await _project.DotnetAsync(_project.App, ["publish", "-o", _project.In(name), .. options]);
        return _project.In(name);
    }
}
