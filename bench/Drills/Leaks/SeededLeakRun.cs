using CrashShield.Load;

namespace CrashShield.Drills.Leaks;

/// <summary>What became of a seeded leak. Seconds count from the first request that leaked.</summary>
/// <param name="Leaked">How many requests leaked a task.</param>
/// <param name="Counted">How many of them were counted in the end.</param>
/// <param name="ReportedAfter">When the log reported the leak by name and place.</param>
/// <param name="SurgeAfter">When the log named it as a surge.</param>
/// <param name="CountedAfter">When <c>/metrics</c> had it; looked at once a second.</param>
/// <param name="Others">What else the log said about leaks.</param>
/// <param name="Load">The requests.</param>
internal sealed record SeededLeakRun(
    int Leaked, long Counted, double? ReportedAfter, double? SurgeAfter, double? CountedAfter, IReadOnlyList<string> Others, LoadResult Load)
{
    /// <summary>When the log first named it.</summary>
    public double? NamedAfter => SurgeAfter < ReportedAfter ? SurgeAfter : ReportedAfter ?? SurgeAfter;
}
