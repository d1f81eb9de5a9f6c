using CrashShield.Init.Options;
using CrashShield.Init.Polling;
using CrashShield.Init.Processes;

namespace CrashShield.Init.Workers;

/// <summary>Workers that were told to end, each with the bound after which it is killed.</summary>
internal sealed class RetiringWorkers(TimeSpan bound, TimeProvider time)
{
    private readonly List<(Worker Worker, Deadline Deadline)> _retiring = [];

    public int Count => _retiring.Count;

    public IEnumerable<Worker> All => _retiring.Select(retiring => retiring.Worker);

    public Deadline NextDeadline => _retiring.Aggregate(Deadline.Never, (next, retiring) => Deadline.Earlier(next, retiring.Deadline));

    /// <summary>One that finishes what it has begun.</summary>
    public void Add(Worker worker) => _retiring.Add((worker, Deadline.In(time, bound)));

    /// <summary>One that was killed already.</summary>
    public void AddKilled(Worker worker) => _retiring.Add((worker, Deadline.Never));

    public bool Remove(Worker worker) => _retiring.RemoveAll(retiring => retiring.Worker == worker) > 0;

    public void Signal(Signal signal)
    {
        foreach (var (worker, _) in _retiring)
            worker.Link.Signal(signal);
    }

    public void Tick()
    {
        for (var i = 0; i < _retiring.Count; i++)
        {
            if (!_retiring[i].Deadline.HasPassed(time))
                continue;
            var worker = _retiring[i].Worker;
            _retiring[i] = (worker, Deadline.Never);
            Output.Log($"{worker} has not ended within {Duration.Format(bound)} and is killed");
            worker.Kill($"not ended within {Duration.Format(bound)}");
        }
    }
}
