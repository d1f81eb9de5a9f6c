using CrashShield.Hosting.Telemetry;

namespace CrashShield.Hosting.Snapshots;

internal sealed class SnapshotMetrics
{
    public const string Written = "written";
    public const string Failed = "failed";

    /// <summary>There was one for the same reason a short time before.</summary>
    public const string Limited = "limited";

    private readonly ShieldCounter _snapshots;

    public SnapshotMetrics(ShieldMeter meter) =>
        _snapshots = meter.CreateCounter("crashshield.snapshots", "{snapshot}", "Snapshots of the scene of a trouble, by reason and outcome.");

    public void Count(string reason, string outcome)
    {
        if (_snapshots.Enabled)
            _snapshots.Add(1, new(TagNames.Reason, reason), new(TagNames.Outcome, outcome));
    }
}
