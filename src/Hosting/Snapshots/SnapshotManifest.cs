namespace CrashShield.Hosting.Snapshots;

/// <summary><c>manifest.json</c>: written last, so a bundle that has one is whole.</summary>
internal sealed record SnapshotManifest(
    int Schema, string Reason, SnapshotTrigger Trigger, DateTimeOffset WrittenAt, int ProcessId, SnapshotVersions Versions,
    IReadOnlyList<SnapshotFile> Files, IReadOnlyList<SnapshotStepResult> Steps)
{
    public const string FileName = "manifest.json";

    /// <summary>Raised when a reader of the schema before would read a bundle wrongly.</summary>
    public const int CurrentSchema = 1;
}
