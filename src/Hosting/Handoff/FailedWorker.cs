using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.Drain;
using CrashShield.Hosting.Failures;
using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Handoff;

/// <summary>
/// Ends a worker of crashshield-init that cannot recover, so that another is started: the init asks no probe. One that the worker before leads, or nobody, stays: it is not known that another would be started.
/// </summary>
internal sealed class FailedWorker(HandoffService handoff, WorkerServing serving, DrainSequence drain, ProcessEnd end, ILogger<FailedWorker> logger) : ICircuitReaction
{
    public Task ReactAsync(CircuitTransition transition, CancellationToken cancellationToken)
    {
        // Somebody may just have asked for a stop, which ends it as well, with the status that it has asked for.
        if (transition.To == CircuitLevel.Failed && handoff.IsLedByInit && serving.IsServing && drain.TryBegin("The failure of the circuit", skipDelay: true))
        {
            end.ExitWith(ProcessEnd.Status);
            GuardedLog.Write(() => HandoffLog.WorkerFailed(logger, transition.Reason, ProcessEnd.Status));
        }

        return Task.CompletedTask;
    }
}
