namespace CrashShield.Drills.Ordinary;

/// <summary>One kind of work, without the product and with it.</summary>
internal sealed record Comparison(string Kind, bool Fits, KindSide Without, KindSide With)
{
    private const double FitsShare = 0.99;

    // What two runs of one server on a shared machine differ by.
    private const double Noise = 0.01;

    // More, and the machine was busy with other things than what is measured.
    private const double LateMs = 20;

    public string Tell()
    {
        var states = With.States is [] ? "" : $"; state {string.Join(" > ", With.States)}";
        var changes = With.Health is { Changes: [_, ..] } health ? $"; {string.Join("; ", health.Changes)}" : "";
        return $"{Kind,-24} good {Tell(Without)} | {Tell(With)}; circuit {With.Health?.Level}, {With.Health?.Snapshots} snapshots{states}{changes}";
    }

    public void Require(DrillReport report)
    {
        var seen = $"{With.Good} of {With.Total} good, without {Without.Good} of {Without.Total}";
        report.Require($"{Kind}: not fewer good than without", With.Good >= Without.Good - (Noise * Without.Total), seen);
        if (!Fits)
            return;
        report.Require($"{Kind}: at least 99 % good{(With.Loads is [_, _, ..] ? " of each load" : "")}", With.WorstShare >= FitsShare, $"{With.WorstShare:P2}, without {Without.WorstShare:P2}");
        if (With.Beside is { } beside)
            report.Require($"{Kind}: at least 99 % of the clients beside it good", beside.Good >= FitsShare * beside.Total, $"{beside.Good} of {beside.Total}, without {Without.Beside?.Good}");
        if (With.Health is { } health)
        {
            report.Require(
                $"{Kind}: circuit Closed, no snapshot", health is { HasStayedClosed: true, Snapshots: 0 }, $"{health.Level}, {health.Changes.Count} changes, {health.Snapshots} snapshots");
        }
    }

    private static string Tell(KindSide side) =>
        $"{side.Good}/{side.Total}, {side.Refused} refused, p50 {side.P50Ms:F0} p99 {side.P99Ms:F0} ms, {side.PoolThreads} threads"
        + (side.Loads is [_, _, ..] ? $" ({string.Join(" + ", side.Loads.Select(load => $"{load.Good}/{load.Total}"))})" : "")
        + (side.DriverLateP99Ms > LateMs ? $", driver late p99 {side.DriverLateP99Ms:F0} ms" : "")
        + (side.Beside is { } beside ? $", beside {beside.Good}/{beside.Total}" : "");
}
