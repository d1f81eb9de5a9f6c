namespace CrashShield.Drills.Leaks;

/// <summary>What bursts without a leak have shown.</summary>
/// <param name="Bursts">How many there were.</param>
/// <param name="Ok">Requests that were served.</param>
/// <param name="Shed">Requests that were refused.</param>
/// <param name="Total">Requests in all.</param>
/// <param name="Reports">What the log said about leaks.</param>
/// <param name="Counted">What was counted as leaked, of any kind.</param>
/// <param name="Pressure">The highest pressure of the leaks; looked at once a second.</param>
/// <param name="ControlFound">Whether one task that was really leaked afterwards, in the same process, was named and counted.</param>
internal sealed record BurstsRun(
    int Bursts, long Ok, long Shed, long Total, IReadOnlyList<string>? Reports = null, long Counted = -1, double Pressure = -1, bool ControlFound = false)
{
    public double ServedShare => Total == 0 ? 0 : (double)Ok / Total;

    public bool IsSilent => Reports is { Count: 0 } && Counted == 0;
}
