using CrashShield.Hosting.Drain;

namespace CrashShield.Hosting.Handoff;

/// <summary>What a worker does with its clients in a hand-over.</summary>
internal sealed class WorkerServing
{
    private readonly AcceptGate _gate;
    private readonly ServingState _state;
    private readonly Lock _lock = new();
    private readonly List<WorkerServing> _joined = [];

    public WorkerServing(AcceptGate gate, ServingState state)
    {
        (_gate, _state) = (gate, state);
        state.Draining += EndIfClosed;
        state.Refusing += Refuse;
    }

    /// <summary>Whether this process has been told to stop.</summary>
    public bool IsDraining => _state.Phase == ServingPhase.Draining;

    /// <summary>Whether there is a server at all: a worker service has none.</summary>
    public bool HasServer => _state.HasServer;

    /// <summary>Whether it accepts, and no other takes over.</summary>
    public bool IsServing => _gate.IsOpen && _state.Phase == ServingPhase.Serving;

    /// <summary>Whether another takes over, which is not so where this process, a spare, has never served.</summary>
    public bool HasPaused { get; private set; }

    /// <summary>Whether the lead has told this process to stop: its clients to come are another worker's.</summary>
    public bool HasSuccessor { get; set; }

    /// <summary>Whether a lead keeps the sockets: its next worker has the clients of one that has failed.</summary>
    public bool IsLed { get; set; }

    /// <summary>How many connections are open.</summary>
    public int Connections => _gate.Connections;

    /// <summary>Has another host of this process do as this one does.</summary>
    public void Join(WorkerServing other)
    {
        lock (_lock)
        {
            _joined.Add(other);
            if (_gate.IsOpen)
                other.Open();
            else if (HasPaused)
                other.Pause();
        }
    }

    /// <summary>That host ends.</summary>
    public void Leave(WorkerServing other)
    {
        lock (_lock)
            _joined.Remove(other);
    }

    /// <summary>Accepts.</summary>
    public void Open()
    {
        lock (_lock)
        {
            _gate.Open();
            _joined.ForEach(static joined => joined.Open());
        }
    }

    /// <summary>Accepts no more, and closes connections with their next answer.</summary>
    /// <returns>How many connections are open.</returns>
    public int Pause()
    {
        lock (_lock)
        {
            HasPaused = true;
            _gate.Close();
            _state.TryGo(ServingPhase.HandingOver);
            _state.SetLameDuck(true);
            EndIfClosed();
            return _gate.Connections + _joined.Sum(static joined => joined.Pause());
        }
    }

    /// <summary>The hand-over is off. A process that has been told to stop does not take up again what it has ended.</summary>
    /// <returns>Whether it accepts again.</returns>
    public bool Resume()
    {
        lock (_lock)
        {
            HasPaused = false;
            _joined.ForEach(static joined => joined.Resume());
            if (!_state.TryGo(ServingPhase.Serving))
                return false;
            _state.SetLameDuck(false);
            _gate.Open();
            return true;
        }
    }

    /// <summary>Gives up its clients to come: whoever has led this process is gone, and the next one is to have its sockets.</summary>
    public void Abandon() => _gate.End();

    private void Refuse(bool hasFailed)
    {
        if (HasSuccessor)
            _gate.Close();
        else if (!(hasFailed && IsLed))
            _gate.Refuse();
    }

    // A process that has been told to stop opens no gate any more: its share of the sockets would only keep clients waiting.
    private void EndIfClosed()
    {
        if (IsDraining && !_gate.IsOpen)
            _gate.End();
    }
}
