using System.Diagnostics.Metrics;
using CrashShield.Hosting.Telemetry;

namespace CrashShield.Hosting.Supervision;

internal sealed class SupervisionMetrics
{
    private readonly UpDownCounter<long> _active;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _restarts;
    private readonly Counter<long> _stuck;

    public SupervisionMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(TelemetryNames.Meter);
        _active = meter.CreateUpDownCounter<long>("crashshield.supervision.active", "{task}", "Supervised tasks that have not ended.");
        _failures = meter.CreateCounter<long>("crashshield.supervision.failures", "{failure}", "Failures of supervised tasks.");
        _restarts = meter.CreateCounter<long>("crashshield.supervision.restarts", "{restart}", "Restarts of supervised tasks.");
        _stuck = meter.CreateCounter<long>("crashshield.tasks.stuck", "{task}", "Tasks that were left behind because they ignored their cancellation.");
    }

    /// <returns>Whether the task was counted, so that a listener that comes later sees no end without a start.</returns>
    public bool Started(string task) => _active.Enabled && Add(_active, task, 1);

    public void Ended(string task) => Add(_active, task, -1);

    public void Failed(string task)
    {
        if (_failures.Enabled)
            _failures.Add(1, new KeyValuePair<string, object?>(TagNames.Task, task));
    }

    public void Restarted(string task)
    {
        if (_restarts.Enabled)
            _restarts.Add(1, new KeyValuePair<string, object?>(TagNames.Task, task));
    }

    public void Stuck(string task)
    {
        if (_stuck.Enabled)
            _stuck.Add(1, new KeyValuePair<string, object?>(TagNames.Method, task));
    }

    private static bool Add(UpDownCounter<long> counter, string task, int delta)
    {
        counter.Add(delta, new KeyValuePair<string, object?>(TagNames.Task, task));
        return true;
    }
}
