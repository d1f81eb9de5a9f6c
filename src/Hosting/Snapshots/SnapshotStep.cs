namespace CrashShield.Hosting.Snapshots;

/// <summary>One file of a bundle and how it is written. A step that throws costs the bundle that file alone.</summary>
internal sealed record SnapshotStep(string File, Action<Stream> Write);
