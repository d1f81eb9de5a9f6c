using CrashShield.Hosting.Telemetry;

namespace CrashShield.Hosting.Failures;

internal sealed class FailureMetrics
{
    private readonly ShieldCounter _exceptions;

    public FailureMetrics(ShieldMeter meter) => _exceptions = meter.CreateCounter(
        "crashshield.exceptions", "{exception}", "Failures of requests and unobserved tasks, by type, route and how they ended.");

    public void Count(CapturedFailure failure, string outcome)
    {
        if (_exceptions.Enabled)
            CountEnabled(failure, outcome);
    }

    private void CountEnabled(CapturedFailure failure, string outcome)
    {
        try
        {
            _exceptions.Add(
                1, new(TagNames.ErrorType, failure.ErrorType), new(TagNames.HttpRoute, failure.Route), new(TagNames.Outcome, outcome));
        }
        catch (Exception)
        {
            // Whoever listens threw; the failure that is being counted goes on to the log and the span.
        }
    }
}
