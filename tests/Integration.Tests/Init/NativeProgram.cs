using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Init;

/// <summary>crashshield-init as native code, published once for all tests that need it.</summary>
public sealed class NativeProgram : IAsyncLifetime
{
    private static readonly TimeSpan PublishBound = TimeSpan.FromMinutes(10);

    private readonly string _directory = Directory.CreateTempSubdirectory("crashshield-native").FullName;

    public string ExecutablePath => Path.Combine(_directory, "out", "crashshield-init");

    public async ValueTask InitializeAsync()
    {
        SystemPackage.Require("gcc", "gcc");
        // Its own intermediate folder: a build that runs at the same time is not to find another restore's assets.
        await using var publish = ChildProcess.StartCommand(
            new Dictionary<string, string>(),
            [
                "dotnet", "publish", BuildPaths.Init, "-c", "Release", "--use-current-runtime", "-o", Path.Combine(_directory, "out"), "-nologo",
                $"-p:BaseIntermediateOutputPath={_directory}/obj/", "-clp:ErrorsOnly",
            ]);
        var exitCode = await publish.WaitForExitAsync(PublishBound);
        Assert.SkipWhen(
            publish.Output.Any(line => line.Contains("NU1101", StringComparison.Ordinal) || line.Contains("NU1301", StringComparison.Ordinal)),
            "needs the package Microsoft.DotNet.ILCompiler");
        Assert.True(exitCode == 0, string.Join('\n', [.. publish.Output, .. publish.Errors]));
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_directory, recursive: true);
        return default;
    }
}
