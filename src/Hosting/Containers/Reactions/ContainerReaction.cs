using CrashShield.Hosting.Failures;
using CrashShield.Hosting.Scheduling;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Containers.Reactions;

/// <summary>
/// Acts when a limit of the container stays critical: evidence, then a restart. By the schedule, whose threads are started with the host, as at <c>pids.max</c> none can be.
/// </summary>
internal sealed class ContainerReaction(
    CriticalWatch watch, ContainerEvidence evidence, ContainerRestart restart, ShieldSchedule schedule, ReactionMetrics metrics, ILogger<ContainerReaction> logger)
    : IHostedService, IDisposable
{
    private ScheduledJob? _job;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _job = schedule.Add(Work);
        watch.IsDue = _job.RunNow;
        // Something may have become due before.
        _job.RunNow();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _job?.Remove();
        return Task.CompletedTask;
    }

    public void Dispose() => _job?.Remove();

    /// <summary>Does what is due. False when nothing is.</summary>
    public bool Step()
    {
        if (watch.TryTake() is not { } notice)
            return false;

        try
        {
            Do(notice);
        }
        catch (Exception e)
        {
            // Nobody above this thread would catch it.
            GuardedLog.Write(() => ContainerLog.ReactionFailed(logger, notice.Step, e.GetType().FullName, ExceptionText.Message(e)));
        }

        return true;
    }

    private void Do(EpisodeNotice notice)
    {
        switch (notice.Step)
        {
            case EpisodeStep.Evidence:
                SaveEvidence(notice);
                break;
            case EpisodeStep.Restart:
                evidence.Complete(notice.Reason, notice.Why);
                restart.Begin(notice.Reason, notice.Why);
                break;
            default:
                metrics.Count(evidence.Reason, ReactionMetrics.Cleared);
                GuardedLog.Write(() => ContainerLog.Cleared(logger, evidence.Reason));
                break;
        }
    }

    private void SaveEvidence(EpisodeNotice notice)
    {
        try
        {
            metrics.Count(notice.Reason, ReactionMetrics.Began);
            evidence.Begin(notice.Reason, notice.Why);
        }
        finally
        {
            // A disk that is full must not keep the process from being restarted.
            watch.HasEvidence();
        }
    }

    private void Work()
    {
        while (Step())
        {
            // Until nothing is due.
        }
    }
}
