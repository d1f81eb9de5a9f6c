using CrashShield.Hosting.Drain;
using CrashShield.Hosting.Failures;
using CrashShield.Hosting.Handoff;
using CrashShield.Hosting.Scheduling;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Circuit;

/// <summary>
/// Ends a process that cannot recover, where no probe could find that out: it has no server, maps no endpoint that answers for liveness, or is a worker of crashshield-init, which asks none.
/// </summary>
internal sealed class FailedProcess(
    ServingState serving, HandoffService handoff, DrainSequence drain, ProcessEnd end, ShieldSchedule schedule, IHostApplicationLifetime lifetime, IOptions<CrashShieldOptions> options,
    ILogger<HealthCircuit> logger, TimeProvider time) : ICircuitReaction, IThreadPoolWorkItem
{
    private const string Failure = "The failure of the circuit";

    // How soon it is seen that it is this process's turn to end, or that it cannot.
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    // A server that has not started by then is no better for it.
    private static readonly TimeSpan StartBound = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan PoolBound = TimeSpan.FromSeconds(3);

    private readonly bool? _exits = options.Value.Circuit.ExitWhenFailed;
    private ScheduledJob? _job;
    private string? _reason;
    private long _failedAt;
    private long? _endsSince;
    private bool _hasPool;

    // While the server starts its endpoints may still be mapped.
    private bool MayBeProbedYet => serving.HasServer && !lifetime.ApplicationStarted.IsCancellationRequested && time.GetElapsedTime(_failedAt) < StartBound;

    public Task ReactAsync(CircuitTransition transition, CancellationToken cancellationToken)
    {
        if (transition.To == CircuitLevel.Failed && _job is null)
        {
            (_reason, _failedAt) = (transition.Reason, time.GetTimestamp());
            _job = schedule.Add(Decide);
            _job.RunNow();
        }

        return Task.CompletedTask;
    }

    /// <summary>The pool works.</summary>
    void IThreadPoolWorkItem.Execute() => Volatile.Write(ref _hasPool, true);

    // Until it is settled: a spare or an old worker in a hand-over may serve yet.
    private void Decide()
    {
        if (_endsSince is { } since)
            WatchPool(since);
        else if (serving.Phase == ServingPhase.Serving && !lifetime.ApplicationStopping.IsCancellationRequested)
            DecideWhileServing();
        else if (serving.Phase == ServingPhase.HandingOver)
            _job!.RunAfter(Look);
    }

    private void DecideWhileServing()
    {
        if (_exits ?? handoff.IsLedByInit)
            End();
        else if (_exits is false)
            GuardedLog.Write(() => CircuitLog.FailedStays(logger, _reason));
        else if (serving.AnswersLiveness)
            GuardedLog.Write(() => CircuitLog.LivenessFails(logger, _reason));
        else if (MayBeProbedYet)
            _job!.RunAfter(Look);
        else
            End();
    }

    private void End()
    {
        // Somebody may just have asked for a stop, which ends it as well, with the status that it has asked for.
        if (!drain.TryBegin(Failure, skipDelay: true, hasToEnd: true))
            return;
        end.ExitWith(ProcessEnd.Status);
        // A start that is given up throws, which few programs catch: that is no crash.
        if (!lifetime.ApplicationStarted.IsCancellationRequested)
            AppDomain.CurrentDomain.UnhandledException += EndInsteadOfCrash;
        GuardedLog.Write(() => CircuitLog.ProcessEnds(logger, _reason, ProcessEnd.Status, drain.EndsWithin));
        _endsSince = time.GetTimestamp();
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        _job!.RunAfter(Look);
    }

    private void EndInsteadOfCrash(object sender, UnhandledExceptionEventArgs thrown)
    {
        if (CancelledStart.IsCancellation(thrown.ExceptionObject))
            end.End();
    }

    // Without the pool no host can stop.
    private void WatchPool(long since)
    {
        if (Volatile.Read(ref _hasPool))
            return;
        if (time.GetElapsedTime(since) < PoolBound)
        {
            _job!.RunAfter(Look);
            return;
        }

        GuardedLog.Write(() => CircuitLog.CannotStop(logger, ProcessEnd.Status, PoolBound));
        end.End();
    }
}
