namespace CrashShield.Drills.Services;

/// <summary>What came of an outage of the broker.</summary>
/// <param name="Seconds">How long it was away.</param>
/// <param name="BackSeconds">How long after it the consumer was back.</param>
/// <param name="BackoffSeconds">The longest that the consumer may have waited by then.</param>
internal sealed record Outage(int Seconds, double BackSeconds, double BackoffSeconds);
