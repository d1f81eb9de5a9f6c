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

        Log(() => SupervisionLog.TaskFailed(
            logger, LoggableException.Of(failure.Exception), failure.TaskName, failure.Attempt, failure.ErrorType, failure.TraceId, failure.ErrorId));
        QueueHooks(failure);
    }

    /// <summary>As <see cref="Untaken"/>, for a failure that a restart follows.</summary>
    public void Restarting(SupervisedChild child, CapturedFailure? failure, TimeSpan delay)
    {
        if (failure is null)
        {
            Log(() => SupervisionLog.TaskEndedEarly(logger, child.Name, child.Attempt, delay));
        }
        else if (failure.TryTake())
        {
            Log(() => SupervisionLog.TaskRestarting(
                logger, LoggableException.Of(failure.Exception), failure.TaskName, failure.Attempt, failure.ErrorType, delay,
                failure.TraceId, failure.ErrorId));
            QueueHooks(failure);
        }
    }

    public void Stuck(string task, string scope, TimeSpan bound) => Log(() => SupervisionLog.TaskStuck(logger, task, scope, bound));

    public void CancellationCallbackFailed(string task, Exception exception) => Log(() => SupervisionLog.CancellationCallbackFailed(
        logger, LoggableException.Of(exception), task, exception.GetType().FullName ?? exception.GetType().Name));

    public void CleanupFailed(string task, Exception exception) => Log(() => SupervisionLog.ServiceCleanupFailed(
        logger, LoggableException.Of(exception), task, exception.GetType().FullName ?? exception.GetType().Name));

    // Hooks are the application's code and may block; the end of a task, and what is restarted after it, must not wait for them.
    private void QueueHooks(CapturedFailure failure) => ThreadPool.UnsafeQueueUserWorkItem(
        static work => work.Reporter.RunHooks(work.Failure), (Reporter: this, Failure: failure), preferLocal: false);

    private async void RunHooks(CapturedFailure failure)
    {
        try
        {
            await failures.RunHooksAsync(failure).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // Hooks are caught one by one: what comes this far is the log that could not take what they threw. See below.
        }
    }

    private static void Log(Action write)
    {
        try
        {
            write();
        }
        catch (Exception)
        {
            // ILogger passes on what its providers throw. On a pool thread that would end the process, and the log was the place to tell.
        }
    }
}
