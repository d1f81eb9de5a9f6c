using System.Text.Json;

namespace CrashShield.Load;

/// <summary>The figures of a run, as the driver prints them.</summary>
public sealed record LoadResult(
    double Seconds, double PerSecond, double GoodPerSecond, long Ok, long WrongStatus, long Shed, long Truncated, long Refused, long Reset, long ReusedDied, long TimedOut,
    double P50Ms, double P90Ms, double P99Ms, double P999Ms, double MaxMs, double? DriverLateP99Ms, long[] EachSecond)
{
    public long Total => Ok + WrongStatus + Shed + Truncated + Refused + Reset + ReusedDied + TimedOut;

    public bool IsAllOk => Ok > 0 && Total == Ok;

    public static LoadResult Of(IEnumerable<Tally> tallies, TimeSpan elapsed, LatencyHistogram? driverLate = null)
    {
        var all = new Tally();
        foreach (var tally in tallies)
            all.Add(tally);
        return new(
            elapsed.TotalSeconds, all.Of(Outcome.Ok) / elapsed.TotalSeconds, all.Good / elapsed.TotalSeconds, all.Of(Outcome.Ok), all.Of(Outcome.WrongStatus), all.Of(Outcome.Shed),
            all.Of(Outcome.Truncated), all.Of(Outcome.Refused), all.Of(Outcome.Reset), all.Of(Outcome.ReusedDied), all.Of(Outcome.TimedOut),
            Ms(all.Latency, 50), Ms(all.Latency, 90), Ms(all.Latency, 99), Ms(all.Latency, 99.9), all.Latency.Max.TotalMilliseconds,
            driverLate is null ? null : Ms(driverLate, 99), all.EachSecond.ToArray());
    }

    public static LoadResult FromJson(string json) => JsonSerializer.Deserialize<LoadResult>(json, JsonSerializerOptions.Web)!;

    public string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);

    private static double Ms(LatencyHistogram latency, double percentile) => latency.Percentile(percentile).TotalMilliseconds;
}
