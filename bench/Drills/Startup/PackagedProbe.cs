namespace CrashShield.Drills.Startup;

/// <summary>
/// The service as a build makes it, with the assemblies of CrashShield that a package brings: those are compiled ahead, as for each system (<c>runtimes/linux-x64/lib</c>), and the service itself
/// and all else is not.
/// </summary>
internal sealed class PackagedProbe : IDisposable
{
    private static readonly string[] OfPackages = ["CrashShield.Hosting.dll", "CrashShield.Middleware.dll"];

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("crashshield-packaged-");

    private PackagedProbe(string built) => Path = System.IO.Path.Combine(_directory.FullName, System.IO.Path.GetFileName(built));

    public string Path { get; }

    /// <param name="built">The assembly of the service as a build makes it.</param>
    /// <param name="published">The same published, for where the packages' assemblies are.</param>
    public static PackagedProbe Create(string built, string published)
    {
        var packaged = new PackagedProbe(built);
        foreach (var file in new FileInfo(built).Directory!.EnumerateFiles())
            file.CopyTo(System.IO.Path.Combine(packaged._directory.FullName, file.Name));
        foreach (var name in OfPackages)
            File.Copy(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(published)!, name), System.IO.Path.Combine(packaged._directory.FullName, name), overwrite: true);
        return packaged;
    }

    public void Dispose() => _directory.Delete(recursive: true);
}
