using CrashShield.Hosting.Failures;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Containers.Reactions;

/// <summary>
/// Acts when a limit of the container stays critical: evidence, then a restart. On a thread of its own, which is started with the host, as at <c>pids.max</c> none can be.
/// </summary>
internal sealed class ContainerReaction(
    CriticalWatch watch, ContainerEvidence evidence, ContainerRestart restart, ReactionMetrics metrics, ILogger<ContainerReaction> logger) : IHostedService, IDisposable
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        new Thread(Loop) { IsBackground = true, Name = "shield limits" }.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        watch.Stop();
        return Task.CompletedTask;
    }

    public void Dispose() => watch.Stop();

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

    private void Loop()
    {
        while (watch.Wait())
            Step();
    }
}
