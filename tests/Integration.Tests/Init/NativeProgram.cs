using CrashShield.Integration.Tests.Processes;
using CrashShield.Integration.Tests.Publishing;

namespace CrashShield.Integration.Tests.Init;

/// <summary>crashshield-init as native code, which only a machine with a C compiler can make.</summary>
public sealed class NativeProgram : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("crashshield-native").FullName;
    private string? _path;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    /// <summary>Makes it, once.</summary>
    /// <returns>The path of the program.</returns>
    public async Task<string> PublishAsync() => _path ??= await PublishOnceAsync();

    private async Task<string> PublishOnceAsync()
    {
        SystemPackage.Require("gcc", "gcc");

        var output = Path.Combine(_directory, "out");
        await DotnetPublish.RunAsync(BuildPaths.Init, output, "--use-current-runtime", $"-p:BaseIntermediateOutputPath={_directory}/obj/", "-clp:ErrorsOnly");
        return Path.Combine(output, "crashshield-init");
    }
}
