using System.Collections.Concurrent;

namespace CrashShield.Hosting.Supervision;

/// <summary>What the stop of the host costs the tasks that belong to no scope: those that it cancelled, and those that came too late to be started.</summary>
internal sealed class StopLosses(SupervisionMetrics metrics, SupervisionReporter reporter)
{
    // Names are to be constants; where they are not, the log is not to grow with them.
    private const int MaxNames = 100;

    private readonly ConcurrentDictionary<string, int> _cancelled = new();
    private readonly ConcurrentDictionary<string, bool> _refused = new();

    /// <summary>Counts a task that was cancelled before its end.</summary>
    public void Cancelled(string task)
    {
        metrics.Cancelled(task);
        _cancelled.AddOrUpdate(task, 1, static (_, count) => count + 1);
    }

    /// <summary>Counts a task that was not started any more, and names it the first time.</summary>
    public void Refused(string task)
    {
        metrics.Cancelled(task);
        if (_refused.Count < MaxNames && _refused.TryAdd(task, true))
            reporter.Refused(task);
    }

    /// <summary>Names the tasks that were cancelled, in one line.</summary>
    public void Tell()
    {
        if (!_cancelled.IsEmpty)
            reporter.Cancelled(new TaskNames(_cancelled));
    }
}
