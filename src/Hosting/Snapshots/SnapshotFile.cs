namespace CrashShield.Hosting.Snapshots;

/// <summary>A file of a bundle, as it was when the bundle was sealed.</summary>
internal sealed record SnapshotFile(string Name, long Size, string Sha256);
