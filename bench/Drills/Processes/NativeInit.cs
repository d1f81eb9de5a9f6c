namespace CrashShield.Drills.Processes;

/// <summary>crashshield-init as it is delivered: native code. A build makes none, as it would need a C compiler.</summary>
internal sealed class NativeInit : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("crashshield-native-");

    private NativeInit()
    {
    }

    public string Path => System.IO.Path.Combine(_directory.FullName, "out", "crashshield-init");

    /// <exception cref="InvalidOperationException">It cannot be made.</exception>
    public static async Task<NativeInit> PublishAsync(CancellationToken cancellationToken)
    {
        var native = new NativeInit();
        try
        {
            // Its own intermediate folder: another build is not to find this one's assets.
            await using var publish = ChildProgram.Run(
                [
                    "dotnet", "publish", BuildPaths.InitProject, "-c", "Release", "--use-current-runtime", "-o", System.IO.Path.GetDirectoryName(native.Path)!, "-nologo",
                    $"-p:BaseIntermediateOutputPath={native._directory.FullName}/obj/", "-clp:ErrorsOnly",
                ],
                onLine: Console.Error.WriteLine);
            return await publish.WaitForExitAsync(cancellationToken) == 0 ? native : throw new InvalidOperationException("crashshield-init cannot be published; it needs gcc or clang.");
        }
        catch
        {
            native.Dispose();
            throw;
        }
    }

    public void Dispose() => _directory.Delete(recursive: true);
}
