using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Init;

/// <summary>crashshield-init as native code, which only a machine with a C compiler can make.</summary>
public sealed class NativeProgram : IDisposable
{
    private static readonly TimeSpan PublishBound = TimeSpan.FromMinutes(10);

    private readonly string _directory = Directory.CreateTempSubdirectory("crashshield-native").FullName;
    private string? _path;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    /// <summary>Makes it, once.</summary>
    /// <returns>The path of the program.</returns>
    public async Task<string> PublishAsync() => _path ??= await PublishOnceAsync();

    private async Task<string> PublishOnceAsync()
    {
        SystemPackage.Require("gcc", "gcc");

        // Its own intermediate folder: a build that runs at the same time is not to find another restore's assets.
        var output = Path.Combine(_directory, "out");
        await using var publish = ChildProcess.StartCommand(
            new Dictionary<string, string>(),
            [
                "dotnet", "publish", BuildPaths.Init, "-c", "Release", "--use-current-runtime", "-o", output, "-nologo",
                $"-p:BaseIntermediateOutputPath={_directory}/obj/", "-clp:ErrorsOnly",
            ]);
        var exitCode = await publish.WaitForExitAsync(PublishBound);
        Assert.SkipWhen(
            publish.Output.Any(line => line.Contains("NU1101", StringComparison.Ordinal) || line.Contains("NU1301", StringComparison.Ordinal)),
            "needs the package Microsoft.DotNet.ILCompiler");
        Assert.True(exitCode == 0, string.Join('\n', [.. publish.Output, .. publish.Errors]));
        return Path.Combine(output, "crashshield-init");
    }
}
