using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.Drain;
using CrashShield.Hosting.Failures;
using CrashShield.Hosting.Handoff;
using CrashShield.Hosting.Snapshots;
using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Signals;

/// <summary>Does what a signal asks for, on the thread that took it. Never throws: nobody would catch it there.</summary>
internal sealed class SignalActions(
    HealthCircuit circuit, ServingState serving, OperatorSnapshot snapshot, ILogger<SignalActions> logger, IHotRestart? restart = null)
{
    public void Run(SignalAction action, string signal)
    {
        try
        {
            if (action == SignalAction.Snapshot)
                snapshot.Begin(signal);
            else if (serving.Phase == ServingPhase.Draining)
                GuardedLog.Write(() => SignalLog.RefusedWhileDraining(logger, signal));
            else if (action == SignalAction.Degrade)
                Degrade(signal);
            else
                Restart(signal);
        }
        catch (Exception e)
        {
            GuardedLog.Write(() => SignalLog.ActionFailed(logger, signal, e.GetType().FullName, ExceptionText.Message(e)));
        }
    }

    private void Degrade(string signal)
    {
        var isHeld = circuit.Toggle(CircuitLevel.Degraded, signal);
        GuardedLog.Write(() =>
        {
            if (isHeld is null)
                SignalLog.HeldByCode(logger, signal, circuit.Held, circuit.HeldReason);
            else if (isHeld.Value)
                SignalLog.Degraded(logger, signal);
            else
                SignalLog.Restored(logger, signal);
        });
    }

    private void Restart(string signal)
    {
        if (restart is null)
            GuardedLog.Write(() => SignalLog.NoHotRestart(logger, signal));
        else
            restart.Begin(signal);
    }
}
