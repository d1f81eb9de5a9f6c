using CrashShield.Hosting.Drain;

namespace CrashShield.Hosting.Handoff;

/// <summary>What a worker does with its clients in a hand-over.</summary>
internal sealed class WorkerServing(AcceptGate gate, ServingState state)
{
    /// <summary>Whether this process has been told to stop.</summary>
    public bool IsDraining => state.Phase == ServingPhase.Draining;

    /// <summary>Accepts.</summary>
    public void Open() => gate.Open();

    /// <summary>Accepts no more, and closes connections with their next answer.</summary>
    /// <param name="paused">Told between the two how many connections are open: others wait for a gate to open, and the rest takes milliseconds.</param>
    public void Pause(Action<int> paused)
    {
        gate.Close();
        state.TryGo(ServingPhase.HandingOver);
        paused(gate.Connections);
        state.SetLameDuck(true);
    }

    /// <summary>The hand-over is off. A process that has been told to stop does not take up again what it has ended.</summary>
    /// <returns>Whether it accepts again.</returns>
    public bool Resume()
    {
        if (!state.TryGo(ServingPhase.Serving))
            return false;
        state.SetLameDuck(false);
        gate.Open();
        return true;
    }
}
