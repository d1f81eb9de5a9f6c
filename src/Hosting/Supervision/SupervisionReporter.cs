using CrashShield.Hosting.Configuration;
using CrashShield.Hosting.Failures;
using CrashShield.Hosting.Telemetry;
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

    /// <summary>As <see cref="Restarting"/>, for a failure that is counted and told with others: the hooks hear of each.</summary>
    public void TakeQuietly(CapturedFailure failure)
    {
        if (failure.TryTake())
            QueueHooks(failure);
    }

    /// <summary>Tells of failures that were counted.</summary>
    public void StillFailing(string service, int failures, TimeSpan duration, CapturedFailure? last) => GuardedLog.Write(() =>
        SupervisionLog.ServiceStillFailing(logger, service, duration, failures, last?.ErrorType ?? "none: it ended", last?.ErrorId));

    public void Recovered(string service, int failures, TimeSpan duration) =>
        GuardedLog.Write(() => SupervisionLog.ServiceRecovered(logger, service, duration, failures));

    public void BugCheckFailed(Exception exception) => GuardedLog.Write(() =>
        SupervisionLog.BugCheckFailed(logger, LoggableException.Of(exception), exception.GetType().FullName ?? exception.GetType().Name));

    public void DeadLettered(DeadLetter letter) => GuardedLog.Write(() => SupervisionLog.MessageDeadLettered(
        logger, OneLine.CutAndEscape(letter.Key), OneLine.CutAndEscape(letter.Queue), letter.Failures, letter.Exception.GetType().FullName ?? letter.Exception.GetType().Name));

    public void Waiting(TaskNames tasks, TimeSpan patience) => GuardedLog.Write(() =>
        SupervisionLog.WaitingForTasks(logger, patience == Timeout.InfiniteTimeSpan ? "any time" : new Duration(patience).ToString(), tasks.ToString(), tasks.Total));

    public void Cancelled(TaskNames tasks) => GuardedLog.Write(() => SupervisionLog.TasksCancelled(logger, tasks.ToString(), tasks.Total));

    public void Refused(string task) => GuardedLog.Write(() => SupervisionLog.TaskRefused(logger, OneLine.CutAndEscape(task)));

    public void TimeIsUp(string scope, TaskNames tasks) => GuardedLog.Write(() => SupervisionLog.StopTimeUp(logger, scope, tasks.ToString(), tasks.Total));

    public void TimeIsUp(string service) => GuardedLog.Write(() => SupervisionLog.ServiceTimeUp(logger, service));

    public void NoTimeLeft(string service, string late) => GuardedLog.Write(() => SupervisionLog.NoTimeLeft(logger, late, service));

    public void ServiceEnded(string service, TimeSpan duration) => GuardedLog.Write(() => SupervisionLog.ServiceEnded(logger, service, duration));

    public void Paused(string task) => GuardedLog.Write(() => SupervisionLog.ServicePaused(logger, task));

    public void Resumed(string task) => GuardedLog.Write(() => SupervisionLog.ServiceResumed(logger, task));

    public void Stuck(string task, string scope, TimeSpan bound) => GuardedLog.Write(() => SupervisionLog.TaskStuck(logger, task, scope, bound));

    public void ServiceStuck(string service, TimeSpan bound) => GuardedLog.Write(() => SupervisionLog.ServiceStuck(logger, service, bound));

    public void CleanupStuck(string service, TimeSpan bound) => GuardedLog.Write(() => SupervisionLog.CleanupStuck(logger, service, bound));

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
