namespace CrashShield.Drills.Processes;

/// <summary>crashshield-init as users have it: native code, which takes a C compiler and half a minute to make.</summary>
internal sealed class NativeInit : IDisposable
{
    private readonly DirectoryInfo _directory;

    private NativeInit(DirectoryInfo directory) => _directory = directory;

    public string Path => System.IO.Path.Combine(_directory.FullName, "out", "crashshield-init");

    /// <exception cref="InvalidOperationException">It cannot be made here, and why.</exception>
    public static async Task<NativeInit> PublishAsync(CancellationToken cancellationToken)
    {
        var init = new NativeInit(Directory.CreateTempSubdirectory("crashshield-native-"));
        var lines = new List<string>();
        // Intermediate files of its own: a build that runs at the same time is not to find another restore's assets.
        await using var publish = ChildProgram.Run(
            [
                "dotnet", "publish", BuildPaths.InitProject, "-c", "Release", "--use-current-runtime", "-o", System.IO.Path.GetDirectoryName(init.Path)!, "-nologo", "-clp:ErrorsOnly",
                $"-p:BaseIntermediateOutputPath={init._directory.FullName}/obj/",
            ],
            onLine: lines.Add);
        if (await publish.WaitForExitAsync(cancellationToken) == 0)
            return init;

        init.Dispose();
        throw new InvalidOperationException($"crashshield-init cannot be published as native code, which needs gcc or clang: {string.Join('\n', lines)}");
    }

    public void Dispose() => _directory.Delete(recursive: true);
}
