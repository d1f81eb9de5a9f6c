using CrashShield.Init.Polling;
using CrashShield.Init.Processes;

namespace CrashShield.Init.Workers;

/// <summary>
/// Processes that a worker has started and that outlive its crash: a converter, a browser. The next worker starts its own, and those of the one before would pile up. They get SIGTERM, and after a while SIGKILL.
/// </summary>
/// <param name="bound">How long they have to end; null when they are left alone.</param>
/// <param name="find">The processes of a worker by its mark.</param>
/// <param name="send">Sends a signal.</param>
/// <param name="time">The clock.</param>
internal sealed class Helpers(TimeSpan? bound, Func<string, IReadOnlyList<int>> find, Action<int, Signal> send, TimeProvider time) : ITimed
{
    /// <summary>By which a worker's own children are known, and theirs: all of them inherit it.</summary>
    public const string Variable = "CRASHSHIELD_WORKER";

    private readonly List<(string Mark, Deadline Until)> _ending = [];

    public Deadline NextDeadline => _ending.Aggregate(Deadline.Never, (next, ending) => Deadline.Earlier(next, ending.Until));

    /// <summary>Unique among the workers of all inits.</summary>
    public static string MarkOf(int generation) => $"{ProcessCalls.GetProcessId()}.{generation}";

    /// <summary>A worker has died. What it leaves behind when it ends well is meant to stay.</summary>
    public void Died(Worker worker, ExitStatus status)
    {
        if (bound is not { } within || status.ShellCode == 0)
            return;
        var mark = MarkOf(worker.Generation);
        if (Send(mark, Signal.Term) is not ({ Count: > 0 } processes))
            return;
        Output.Log($"{worker} has left {processes.Count} processes behind, which are told to end: {string.Join(", ", processes)}");
        _ending.Add((mark, Deadline.In(time, within)));
    }

    public void Tick()
    {
        foreach (var (mark, until) in _ending.ToArray())
        {
            if (until.HasPassed(time))
                Kill(mark);
        }
    }

    /// <summary>The init ends, and nobody would do it later.</summary>
    public void End()
    {
        foreach (var (mark, _) in _ending.ToArray())
            Kill(mark);
    }

    private void Kill(string mark)
    {
        _ending.RemoveAll(ending => ending.Mark == mark);
        if (Send(mark, Signal.Kill) is { Count: > 0 } processes)
            Output.Log($"{string.Join(", ", processes)} has not ended within {Duration.Format(bound!.Value)} and is killed");
    }

    private IReadOnlyList<int> Send(string mark, Signal signal)
    {
        var processes = find($"{Variable}={mark}");
        foreach (var process in processes)
            send(process, signal);
        return processes;
    }
}
