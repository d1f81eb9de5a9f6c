namespace CrashShield.Drills.Leaks;

/// <summary>What was found of the tasks that were abandoned at once.</summary>
/// <param name="Served">The ordinary requests that were served meanwhile.</param>
/// <param name="Shed">Those that were refused.</param>
/// <param name="FirstAfterSeconds">When the first were counted; looked at once a second.</param>
/// <param name="ByItself">How many were counted while only these requests had the collector come by.</param>
/// <param name="Counted">How many after a full collection.</param>
/// <param name="Pressure">The pressure of the leaks then.</param>
/// <param name="IsNamed">Whether the log names them.</param>
internal sealed record AllAbandonedRun(long Served, long Shed, double? FirstAfterSeconds, long ByItself, long Counted, double Pressure, bool IsNamed);
