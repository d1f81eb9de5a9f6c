using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.Serving;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.HealthChecks;

/// <summary>Has the application's health checks run, and feeds those that are to move the circuit to it.</summary>
internal sealed class HealthCheckSource(HealthCheckRounds rounds, ServingTurns turns, IOptions<CrashShieldOptions> options, TimeProvider time) : IPressureSource
{
    public const string SourceName = "health-checks";

    private readonly ShieldHealthCheckOptions _options = options.Value.HealthChecks;
    private readonly TimeSpan _failAfter = options.Value.Circuit.FailAfter;
    private long? _notLiveSince;

    public string Name => SourceName;

    public TimeSpan Interval => _options.Interval;

    public PressureReading Read()
    {
        // They may depend on background services, which rest here: probes go by what was so before.
        if (!turns.IsResting)
            rounds.Run();
        if (!turns.IsServing)
        {
            _notLiveSince = null;
            return PressureReading.None;
        }

        if (IsDead())
            return new(PressureMarks.Open, Describe(rounds.NotLive), IsBeyondRecovery: true);

        // A dependency's trouble is somebody else's, however long it lasts.
        if (rounds.Of(_options.Circuit, HealthStatus.Unhealthy) is { Length: > 0 } unhealthy)
            return new(PressureMarks.Open, Describe(unhealthy)) { IsOthers = true };
        return rounds.Of(_options.Circuit, HealthStatus.Degraded) is { Length: > 0 } degraded ? new(PressureMarks.Degrade, Describe(degraded)) : PressureReading.None;
    }

    private bool IsDead()
    {
        var now = time.GetTimestamp();
        _notLiveSince = rounds.NotLive.Count == 0 ? null : _notLiveSince ?? now;
        return _notLiveSince is { } since && time.GetElapsedTime(since, now) >= _failAfter;
    }

    private static string Describe(IEnumerable<CheckedHealth> checks) => string.Join(", ", checks);
}
