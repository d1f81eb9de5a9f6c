using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Circuit;

/// <summary>
/// Feeds the application's own health checks to the circuit: degraded is a pressure that degrades, unhealthy one that opens. They are run here alone, one round
/// at a time, and probes read what the last round has left. They look at what the process depends on: when a database is away for long, a restart of every replica only adds to it.
/// </summary>
internal sealed class HealthCheckSource(
    HealthCheckService checks, IOptions<HealthCheckServiceOptions> registered, IOptions<CrashShieldOptions> options) : IPressureSource
{
    public const string SourceName = "health-checks";

    /// <summary>The tag of checks that are for other eyes, such as a dashboard's: they are not run here.</summary>
    private const string IgnoredTag = "crashshield-ignore";

    /// <summary>The tag, of Microsoft's own examples, of checks that look at the process itself and at nothing outside of it.</summary>
    private const string OwnTag = "live";

    private readonly CircuitOptions _options = options.Value.Circuit;

    public string Name => SourceName;

    public TimeSpan Interval => _options.HealthCheckInterval;

    public PressureReading Read()
    {
        if (registered.Value.Registrations.Count == 0)
            return PressureReading.None;

        using var bound = new CancellationTokenSource(Interval);
        HealthReport report;
        try
        {
            report = checks.CheckHealthAsync(static registration => !registration.Tags.Contains(IgnoredTag), bound.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (bound.IsCancellationRequested)
        {
            // A database that hangs is none that answers.
            return new(_options.OpenAt, $"they have not ended within {Interval.TotalSeconds:0.###} s") { IsOthers = true };
        }

        return report.Status switch
        {
            HealthStatus.Healthy => PressureReading.None,
            HealthStatus.Degraded => new(_options.DegradeAt, Describe(report, HealthStatus.Degraded)),
            _ => new(_options.OpenAt, Describe(report, HealthStatus.Unhealthy)) { IsOthers = !IsOwn(report) },
        };
    }

    private static bool IsOwn(HealthReport report) =>
        report.Entries.Any(static entry => entry.Value.Status == HealthStatus.Unhealthy && entry.Value.Tags.Contains(OwnTag));

    private static string Describe(HealthReport report, HealthStatus status) => string.Join(", ", report.Entries
        .Where(entry => entry.Value.Status == status)
        .Select(entry => $"{entry.Key} is {entry.Value.Status}" + (entry.Value.Description is { } why ? $" ({why})" : "")));
}
