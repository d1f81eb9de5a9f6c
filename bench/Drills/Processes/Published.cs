namespace CrashShield.Drills.Processes;

/// <summary>Programs as they are delivered, native and compiled ahead. A build makes none of them, as the init would need a C compiler.</summary>
internal sealed class Published : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("crashshield-published-");

    private Published()
    {
    }

    public string Init => Path.Combine(_directory.FullName, "init", "crashshield-init");

    public string WebApi => Path.Combine(_directory.FullName, "app", "WebApi.dll");

    public string StartProbe => Path.Combine(_directory.FullName, "probe", "CrashShield.StartProbe.dll");

    /// <summary>The init and the sample.</summary>
    /// <exception cref="InvalidOperationException">They cannot be made.</exception>
    public static Task<Published> PublishAsync(CancellationToken cancellationToken) => PublishAsync(
        async published =>
        {
            await published.PublishAsync(BuildPaths.InitProject, published.Init, [], cancellationToken);
            await published.PublishAsync(BuildPaths.WebApiProject, published.WebApi, ["--no-self-contained"], cancellationToken);
        });

    /// <summary>The init alone.</summary>
    /// <exception cref="InvalidOperationException">It cannot be made.</exception>
    public static Task<Published> PublishInitAsync(CancellationToken cancellationToken) => PublishAsync(
        published => published.PublishAsync(BuildPaths.InitProject, published.Init, [], cancellationToken));

    /// <summary>The smallest service there is, ready-to-run.</summary>
    /// <exception cref="InvalidOperationException">It cannot be made.</exception>
    public static Task<Published> PublishStartProbeAsync(CancellationToken cancellationToken) => PublishAsync(
        published => published.PublishAsync(BuildPaths.StartProbeProject, published.StartProbe, ["--no-self-contained", "-p:PublishReadyToRun=true"], cancellationToken));

    public void Dispose() => _directory.Delete(recursive: true);

    private static async Task<Published> PublishAsync(Func<Published, Task> publish)
    {
        var published = new Published();
        try
        {
            await publish(published);
            return published;
        }
        catch
        {
            published.Dispose();
            throw;
        }
    }

    private async Task PublishAsync(string project, string program, string[] options, CancellationToken cancellationToken)
    {
        // Its own folders for what comes in between: another build is not to find this one's assets.
        await using var publish = ChildProgram.Run(
            [
                "dotnet", "publish", project, "-c", "Release", "--use-current-runtime", "-o", Path.GetDirectoryName(program)!, "-nologo",
                "--artifacts-path", Path.Combine(_directory.FullName, "artifacts"), "-clp:ErrorsOnly", .. options,
            ],
            onLine: Console.Error.WriteLine);
        if (await publish.WaitForExitAsync(cancellationToken) != 0)
            throw new InvalidOperationException($"{project} cannot be published; the init needs gcc or clang.");
    }
}
