using CrashShield.Hosting.Telemetry;

namespace CrashShield.Hosting.Handoff;

internal sealed class HandoffMetrics
{
    public const string Completed = "completed";
    public const string Failed = "failed";
    public const string RolledBack = "rolled-back";
    public const string Refused = "refused";

    private readonly ShieldCounter _handoffs;
    private double _seconds;

    public HandoffMetrics(ShieldMeter meter)
    {
        _handoffs = meter.CreateCounter("crashshield.handoffs", "{handoff}", "Hot restarts that this process took part in, by what became of them.");
        meter.CreateGauge("crashshield.handoff.duration", "s", "How long this process took from its start until it accepted, in the restart that began it.", () => Volatile.Read(ref _seconds));
        Init = new(meter);
    }

    public InitMetrics Init { get; }

    public void Ended(string outcome)
    {
        if (_handoffs.Enabled)
            _handoffs.Add(1, new KeyValuePair<string, object?>(TagNames.Outcome, outcome));
    }

    public void TookOver(TimeSpan duration) => Volatile.Write(ref _seconds, duration.TotalSeconds);
}
