namespace CrashShield.Init.Workers;

/// <summary>Workers that were told to end, each with the bound after which it is killed.</summary>
internal sealed class RetiringWorkers(TimeSpan bound, TimeProvider time)
{
    private readonly List<(Worker Worker, Deadline Deadline, bool IsTold)> _retiring = [];

    public int Count => _retiring.Count;

    public IEnumerable<Worker> All => _retiring.Select(retiring => retiring.Worker);

    /// <summary>The one that has been at it for longest.</summary>
    public Worker? First => _retiring.Count > 0 ? _retiring[0].Worker : null;

    public Deadline NextDeadline => _retiring.Aggregate(Deadline.Never, (next, retiring) => Deadline.Earlier(next, retiring.Deadline));

    /// <summary>One that is to finish what it has begun, and has yet to be told.</summary>
    public void Add(Worker worker) => _retiring.Add((worker, Deadline.In(time, bound), false));

    /// <summary>One that has been told over its channel.</summary>
    public void AddTold(Worker worker) => _retiring.Add((worker, Deadline.In(time, bound), true));

    /// <summary>One that was killed already.</summary>
    public void AddKilled(Worker worker) => _retiring.Add((worker, Deadline.Never, true));

    public bool Remove(Worker worker) => _retiring.RemoveAll(retiring => retiring.Worker == worker) > 0;

    /// <summary>Tells those that have not been told: a second request to end would cut short what the first one has begun.</summary>
    public void Tell(Signal signal)
    {
        for (var i = 0; i < _retiring.Count; i++)
        {
            var (worker, deadline, isTold) = _retiring[i];
            if (!isTold)
                worker.Link.Signal(signal);
            _retiring[i] = (worker, deadline, true);
        }
    }

    public void Tick()
    {
        for (var i = 0; i < _retiring.Count; i++)
        {
            if (!_retiring[i].Deadline.HasPassed(time))
                continue;
            var worker = _retiring[i].Worker;
            _retiring[i] = (worker, Deadline.Never, true);
            Output.Log($"{worker} has not ended within {Duration.Format(bound)} and is killed");
            worker.Kill($"not ended within {Duration.Format(bound)}");
        }
    }
}
