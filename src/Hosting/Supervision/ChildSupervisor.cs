using CrashShield.Hosting.Failures;

namespace CrashShield.Hosting.Supervision;

/// <summary>Starts the children of one scope and carries out what the <see cref="ChildGroup"/> decides.</summary>
internal sealed class ChildSupervisor(
    string name, SupervisionPolicy policy, SupervisionRuntime runtime, FailureMailbox? mailbox, Action<CapturedFailure>? escalated = null,
    ServiceHealth? health = null, StopLosses? losses = null)
{
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Name => name;

    public ChildGroup Children { get; } = new(policy, runtime.Time, health);

    public SupervisionPolicy Policy => policy;

    /// <summary>How the service has done whose children these are; <see langword="null"/> for a scope.</summary>
    public ServiceHealth? Health => health;

    public TimeSpan Bound { get; } = policy.ShutdownTimeout ?? runtime.ShutdownTimeout;

    public TimeProvider Time => runtime.Time;

    public SupervisionMetrics Metrics => runtime.Metrics;

    public SupervisionReporter Reporter => runtime.Reporter;

    /// <summary>Completes when the scope was stopped, for whatever reason, and has no children any more.</summary>
    public Task Stopped => _stopped.Task;

    /// <summary>Starts a child; in a scope that was stopped it has ended before it ran.</summary>
    public SupervisedChild Start(string task, Func<CancellationToken, Task> work, RestartType? restart, TaskScope? nested = null)
    {
        var child = new SupervisedChild(this, task, work, restart ?? policy.Restart ?? RestartType.Temporary) { Nested = nested };
        if (Children.TryAdd(child))
            child.Launch();
        else
            losses?.Refused(task);
        return child;
    }

    /// <summary>Told by a child at the end of each attempt.</summary>
    /// <param name="child">Whose attempt ended.</param>
    /// <param name="failure">How, when it failed.</param>
    /// <param name="isCutShort">Whether it was cancelled and did not reach its own end.</param>
    public void Ended(SupervisedChild child, CapturedFailure? failure, bool isCutShort)
    {
        if (failure is not null)
            mailbox?.Publish(failure);
        if (isCutShort)
            losses?.Cancelled(child.Name);
        health?.Judge(failure);

        var isReported = mailbox is null && (failure is not null || child.Restart == RestartType.Permanent);
        var decision = Children.Ended(child, failure, isReported);
        if (isReported)
        {
            Report(child, failure, decision.Round);
            Children.Settle(child);
        }

        CarryOut(decision, child, failure);
    }

    /// <summary>Stops all children and takes no new ones. The first order given counts.</summary>
    public Task StopAsync(StopOrder order)
    {
        if (Children.Close() is { } all)
            _ = FinishAsync(order == StopOrder.Reverse ? ChildStop.InReverseAsync(this) : ChildStop.AtOnceAsync(this, all));
        return Stopped;
    }

    /// <summary>Cancels whatever is left of a stop in reverse order.</summary>
    public void Hurry() => Children.All().ForEach(static child => child.Cancel());

    // A scope inside keeps to the bounds of its own children.
    public TimeSpan BoundOf(SupervisedChild child) => child.Nested is null ? Bound : Timeout.InfiniteTimeSpan;

    public void LeaveBehind(SupervisedChild child)
    {
        if (Children.TryRemove(child))
            ReportStuck(child);
    }

    /// <summary>A member of a restart did not stop in time. It may not run twice at once, so it joins again when it has ended.</summary>
    public void MissedRestart(SupervisedChild child)
    {
        if (child.Restart == RestartType.Temporary)
            LeaveBehind(child);
        else
            ReportStuck(child);
    }

    /// <summary>The clean-up after a service's failure did not end in time.</summary>
    public void CleanupStuck()
    {
        Metrics.Stuck(name);
        Reporter.CleanupStuck(name, Bound);
    }

    // What no owner is told is logged (of restarts, those of services), before anybody can find the child ended.
    private void Report(SupervisedChild child, CapturedFailure? failure, RestartRound? restart)
    {
        if (restart is not null)
            health?.Log.Restarting(child, failure, restart.Delay);
        else if (failure is not null)
            Reporter.Untaken(failure);
    }

    private void CarryOut(Decision decision, SupervisedChild child, CapturedFailure? failure)
    {
        switch (decision.Verdict)
        {
            case Verdict.CancelAll:
                _ = StopAsync(StopOrder.AtOnce);
                break;
            case Verdict.CancelLater:
                _ = ChildStop.AtOnceAsync(this, decision.Later!);
                break;
            case Verdict.Restart:
                _ = RestartAsync(decision.Round);
                break;
            case Verdict.Rejoin:
                Relaunch(child);
                break;
            case Verdict.Escalate:
                _ = EscalateAsync(failure ?? Exhausted(child));
                break;
        }
    }

    private async Task RestartAsync(RestartRound? round)
    {
        while (round is not null)
        {
            await round.PrepareAsync(this).ConfigureAwait(false);
            Children.Finish(ref round).ForEach(Relaunch);
        }
    }

    private void Relaunch(SupervisedChild child)
    {
        Metrics.Restarted(child.Name);
        child.Launch();
    }

    private async Task EscalateAsync(CapturedFailure failure)
    {
        await StopAsync(StopOrder.Reverse).ConfigureAwait(false);
        escalated?.Invoke(failure);
    }

    private CapturedFailure Exhausted(SupervisedChild child)
    {
        var failure = child.Capture(new RestartIntensityExceededException(child.Name, child.Attempt, policy));
        mailbox?.Publish(failure);
        if (mailbox is null)
            Reporter.Untaken(failure);
        Children.Fail(failure);
        return failure;
    }

    private async Task FinishAsync(Task stopping)
    {
        await stopping.ConfigureAwait(false);
        _stopped.TrySetResult();
    }

    private void ReportStuck(SupervisedChild child)
    {
        Metrics.Stuck(child.Name);
        if (health is null)
            Reporter.Stuck(child.Name, name, Bound);
        else
            Reporter.ServiceStuck(name, Bound);
    }
}
