using CrashShield.Hosting.Configuration;

namespace CrashShield.Hosting.Snapshots;

/// <summary>Where the scene of a trouble is saved (<c>CrashShield:Snapshots</c>).</summary>
public sealed class SnapshotOptions : ISettings
{
    /// <summary>Whether snapshots are written. Default: <see langword="true"/>.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>
    /// The directory that the bundles go to; made when the first one is written. Default: <c>crashshield</c> in the system's directory for temporary files.
    /// </summary>
    [DirectoryPath]
    public string Directory { get; set; } = Path.Combine(Path.GetTempPath(), "crashshield");
}
