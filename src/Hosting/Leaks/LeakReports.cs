using CrashShield.Hosting.Failures;
using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Leaks;

/// <summary>Logs each site once a window, with how many were found since the last time. Of the monitor's thread alone.</summary>
internal sealed class LeakReports(TimeProvider time, TimeSpan window, ILogger logger)
{
    private Dictionary<(LeakKind, LeakSite), Pending>? _sites;

    public void Add(LeakFinding finding)
    {
        _sites ??= [];
        if (!_sites.TryGetValue((finding.Kind, finding.Site), out var pending))
            _sites[(finding.Kind, finding.Site)] = pending = new();
        pending.Count++;
        // The oldest stands for all: it tells most of how long this has been going on.
        if (pending.Exemplar is null || finding.Age > pending.Exemplar.Age)
            pending.Exemplar = finding;
    }

    public void Flush()
    {
        if (_sites is null)
            return;
        foreach (var pending in _sites.Values)
        {
            if (pending.Exemplar is null || (pending.Logged is { } logged && time.GetElapsedTime(logged) < window))
                continue;

            var (count, finding) = (pending.Count, pending.Exemplar);
            (pending.Count, pending.Exemplar, pending.Logged) = (0, null, time.GetTimestamp());
            Tell(finding, count);
        }
    }

    private void Tell(LeakFinding finding, int count) => GuardedLog.Write(() => Log(finding, count));

    private void Log(LeakFinding finding, int count)
    {
        var (name, place, trace) = (finding.Site.Name, finding.Site.Place, finding.TraceId ?? "none");
        switch (finding.Kind)
        {
            case LeakKind.AbandonedTask:
                LeakLog.TasksAbandoned(logger, name, place, count, finding.Age, trace);
                break;
            case LeakKind.AbandonedMethod:
                LeakLog.MethodsAbandoned(logger, name, count);
                break;
            case LeakKind.UndisposedResource:
                LeakLog.ResourcesNotDisposed(logger, name, place, count, finding.Age, trace, finding.Stack);
                break;
            case LeakKind.OrphanedReader:
                LeakLog.ReadersOrphaned(logger, name, place, count, finding.Age, trace);
                break;
            case LeakKind.StuckTask:
                LeakLog.TasksOverdue(logger, name, place, count, finding.Age, trace);
                break;
        }
    }

    private sealed class Pending
    {
        public int Count { get; set; }

        public LeakFinding? Exemplar { get; set; }

        public long? Logged { get; set; }
    }
}
