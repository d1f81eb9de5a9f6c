namespace CrashShield.Hosting.Snapshots;

/// <summary>How a step ended: <c>ok</c>, <c>skipped</c> or <c>failed</c>, the latter two with why.</summary>
internal sealed record SnapshotStepResult(string Name, string Status, string? Why)
{
    public static SnapshotStepResult Ok(string name) => new(name, "ok", null);

    public static SnapshotStepResult Skipped(string name, string why) => new(name, "skipped", why);

    public static SnapshotStepResult Failed(string name, string why) => new(name, "failed", why);
}
