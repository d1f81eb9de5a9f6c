using CrashShield.Hosting.Telemetry;

namespace CrashShield.Hosting.Supervision;

internal sealed class SupervisionMetrics
{
    private readonly ShieldUpDownCounter _active;
    private readonly ShieldCounter _failures;
    private readonly ShieldCounter _restarts;
    private readonly ShieldCounter _cancelled;
    private readonly ShieldCounter _stuck;

    public SupervisionMetrics(ShieldMeter meter)
    {
        _active = meter.CreateUpDownCounter("crashshield.supervision.active", "{task}", "Supervised tasks that have not ended.");
        _failures = meter.CreateCounter("crashshield.supervision.failures", "{failure}", "Failures of supervised tasks.");
        _restarts = meter.CreateCounter("crashshield.supervision.restarts", "{restart}", "Restarts of supervised tasks.");
        _cancelled = meter.CreateCounter("crashshield.supervision.cancelled", "{task}", "Tasks that the stop of the host cancelled before their end, or did not start any more.");
        _stuck = meter.CreateCounter("crashshield.tasks.stuck", "{task}", "Tasks that do not end: they ignored their cancellation, are overdue, or wait for a writer that is gone.");
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

    public void Cancelled(string task)
    {
        if (_cancelled.Enabled)
            _cancelled.Add(1, new KeyValuePair<string, object?>(TagNames.Task, task));
    }

    public void Stuck(string task)
    {
        if (_stuck.Enabled)
            _stuck.Add(1, new KeyValuePair<string, object?>(TagNames.Method, task));
    }

    private static bool Add(ShieldUpDownCounter counter, string task, int delta)
    {
        counter.Add(delta, new KeyValuePair<string, object?>(TagNames.Task, task));
        return true;
    }
}
