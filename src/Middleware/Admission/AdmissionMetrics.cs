using CrashShield.Hosting.Telemetry;

namespace CrashShield.Middleware.Admission;

internal sealed class AdmissionMetrics(ShieldMeter meter)
{
    private static readonly string[] Priorities = [.. Enum.GetNames<RequestPriority>().Select(name => name.ToLowerInvariant())];

    private readonly ShieldCounter _shed = meter.CreateCounter("crashshield.requests.shed", "{request}", "Requests that were refused, by priority and reason.");

    public void ObserveLimit(Func<double> limit) =>
        meter.CreateGauge("crashshield.admission.limit", "{request}", "How many requests may be on a thread of the pool or wait for one while the processor is contended.", limit);

    public void Shed(RequestPriority priority, string reason)
    {
        if (_shed.Enabled)
            _shed.Add(1, new(TagNames.Priority, Priorities[(int)priority]), new(TagNames.Reason, reason));
    }
}
