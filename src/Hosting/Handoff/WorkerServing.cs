using CrashShield.Hosting.Drain;

namespace CrashShield.Hosting.Handoff;

/// <summary>What a worker does with its clients in a hand-over.</summary>
internal sealed class WorkerServing(AcceptGate gate, ServingState state)
{
    /// <summary>Whether this process has been told to stop.</summary>
    public bool IsDraining => state.Phase == ServingPhase.Draining;

    /// <summary>Whether there is a server at all: a worker service has none.</summary>
    public bool HasServer => state.HasServer;

    /// <summary>Whether it accepts, and no other takes over.</summary>
    public bool IsServing => gate.IsOpen && state.Phase == ServingPhase.Serving;

    /// <summary>Whether another takes over, which is not so where this process, a spare, has never served.</summary>
    public bool HasPaused { get; private set; }

    /// <summary>How many connections are open.</summary>
    public int Connections => gate.Connections;

    /// <summary>Accepts.</summary>
    public void Open() => gate.Open();

    /// <summary>Accepts no more, and closes connections with their next answer.</summary>
    /// <returns>How many connections are open.</returns>
    public int Pause()
    {
        HasPaused = true;
        gate.Close();
        state.TryGo(ServingPhase.HandingOver);
        state.SetLameDuck(true);
        return gate.Connections;
    }

    /// <summary>The hand-over is off. A process that has been told to stop does not take up again what it has ended.</summary>
    /// <returns>Whether it accepts again.</returns>
    public bool Resume()
    {
        HasPaused = false;
        if (!state.TryGo(ServingPhase.Serving))
            return false;
        state.SetLameDuck(false);
        gate.Open();
        return true;
    }
}
