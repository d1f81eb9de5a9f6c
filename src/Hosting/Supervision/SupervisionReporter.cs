using CrashShield.Hosting.Failures;
using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Supervision;

/// <summary>Where supervision tells what happened: the log, for what no owner takes, and the hooks with it. Never throws.</summary>
internal sealed class SupervisionReporter(FailureReporter failures, ILogger<TaskSupervisor> logger)
{
    /// <summary>Logs a failure and tells the hooks, unless somebody took it.</summary>
    public void Untaken(CapturedFailure failure)
    {
        if (!failure.TryTake())
            return;

        GuardedLog.Write(() => SupervisionLog.Failed(logger, LoggableException.Of(failure.Exception), failure));
        QueueHooks(failure);
    }

    /// <summary>As <see cref="Untaken"/>, for a failure that a restart follows.</summary>
    public void Restarting(SupervisedChild child, CapturedFailure? failure, TimeSpan delay)
    {
        if (failure is null)
        {
            GuardedLog.Write(() => SupervisionLog.TaskEndedEarly(logger, child.Name, child.Attempt, delay));
        }
        else if (failure.TryTake())
        {
            GuardedLog.Write(() => SupervisionLog.Restarting(logger, LoggableException.Of(failure.Exception), failure, delay));
            QueueHooks(failure);
        }
    }

    public void Paused(string task) => GuardedLog.Write(() => SupervisionLog.ServicePaused(logger, task));

    public void Resumed(string task) => GuardedLog.Write(() => SupervisionLog.ServiceResumed(logger, task));

    public void Stuck(string task, string scope, TimeSpan bound) => GuardedLog.Write(() => SupervisionLog.TaskStuck(logger, task, scope, bound));

    public void CancellationCallbackFailed(string task, Exception exception) => GuardedLog.Write(() => SupervisionLog.CancellationCallbackFailed(
        logger, LoggableException.Of(exception), task, exception.GetType().FullName ?? exception.GetType().Name));

    public void CleanupFailed(string task, Exception exception) => GuardedLog.Write(() => SupervisionLog.ServiceCleanupFailed(
        logger, LoggableException.Of(exception), task, exception.GetType().FullName ?? exception.GetType().Name));

    // Hooks are the application's code and may block; the end of a task, and what is restarted after it, must not wait for them.
    private void QueueHooks(CapturedFailure failure) => ThreadPool.UnsafeQueueUserWorkItem(
        static work => work.Reporter.RunHooks(work.Failure), (Reporter: this, Failure: failure), preferLocal: false);

    // Never throws: the reporter takes what hooks throw.
    private async void RunHooks(CapturedFailure failure) => await failures.RunHooksAsync(failure).ConfigureAwait(false);
}
