using CrashShield.Hosting.Failures;

namespace CrashShield.Hosting.Supervision;

/// <summary>
/// The children of one scope and what their ends lead to. Decisions are made under one lock and carried out after it: no user code,
/// log or metric runs under it. Waiters are completed under it, which is sound because their continuations run on the pool.
/// </summary>
internal sealed class ChildSupervisor(
    string name, SupervisionPolicy policy, SupervisionRuntime runtime, FailureMailbox? mailbox, Action<CapturedFailure>? escalated = null)
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _stopped = NewSignal();
    private readonly RestartPlan _plan = new(policy, runtime.Time);
    private ChildList _children;
    private CapturedFailure? _fatal;
    private TaskCompletionSource? _idle;
    private bool _isClosed;
    private bool _isStopping;

    public SupervisionPolicy Policy => policy;

    public TimeSpan Bound { get; } = policy.ShutdownTimeout ?? runtime.ShutdownTimeout;

    public TimeProvider Time => runtime.Time;

    public SupervisionMetrics Metrics => runtime.Metrics;

    public SupervisionReporter Reporter => runtime.Reporter;

    /// <summary>Completes when the scope was stopped, for whatever reason, and has no children any more.</summary>
    public Task Stopped => _stopped.Task;

    /// <summary>The first failure that no restart followed.</summary>
    public CapturedFailure? Fatal
    {
        get
        {
            lock (_lock)
                return _fatal;
        }
    }

    public bool IsEscalated { get; private set; }

    public bool IsIdle
    {
        get
        {
            lock (_lock)
                return _children.First is null;
        }
    }

    /// <summary>Starts a child; in a scope that was stopped it has ended before it ran.</summary>
    public SupervisedChild Start(string task, Func<CancellationToken, Task> work, RestartType? restart, TaskScope? nested = null)
    {
        var child = new SupervisedChild(this, task, work, restart ?? policy.Restart ?? RestartType.Temporary) { Nested = nested };
        lock (_lock)
        {
            if (_isClosed)
            {
                child.State = ChildState.Ended;
                return child;
            }

            _children.AddLast(child);
        }

        child.Launch();
        return child;
    }

    /// <summary>Told by a child at the end of each attempt.</summary>
    public void Ended(SupervisedChild child, CapturedFailure? failure)
    {
        if (failure is not null)
            mailbox?.Publish(failure);

        Verdict verdict;
        RestartRound? round = null;
        List<SupervisedChild>? later = null;
        lock (_lock)
            verdict = Decide_NeedsLock(child, failure, ref round, ref later);

        if (mailbox is null && verdict == Verdict.Restart)
            Reporter.Restarting(child, failure, round!.Delay);
        else if (mailbox is null && failure is not null)
            Reporter.Untaken(failure);

        switch (verdict)
        {
            case Verdict.CancelAll:
                _ = StopAsync(StopOrder.AtOnce);
                break;
            case Verdict.CancelLater:
                _ = ChildStop.AtOnceAsync(this, later!);
                break;
            case Verdict.Restart when round!.Members.Count > 0:
                _ = RestartAsync(round);
                break;
            case Verdict.Rejoin:
                Relaunch(child);
                break;
            case Verdict.Escalate:
                _ = EscalateAsync(failure ?? Exhausted(child));
                break;
        }
    }

    /// <summary>Completes when there are no children.</summary>
    public Task WhenIdle()
    {
        lock (_lock)
            return _children.First is null ? Task.CompletedTask : (_idle ??= NewSignal()).Task;
    }

    /// <summary>Stops all children and takes no new ones. The first order given counts.</summary>
    public Task StopAsync(StopOrder order)
    {
        List<SupervisedChild>? all = null;
        lock (_lock)
        {
            _isClosed = true;
            if (_isStopping)
                return Stopped;

            _isStopping = true;
            if (order == StopOrder.AtOnce)
                all = ChildList.From(_children.First);
        }

        _ = FinishAsync(all is null ? ChildStop.InReverseAsync(this) : ChildStop.AtOnceAsync(this, all));
        return Stopped;
    }

    /// <summary>Cancels whatever is left of a stop in reverse order.</summary>
    public void Hurry()
    {
        List<SupervisedChild> all;
        lock (_lock)
            all = ChildList.From(_children.First);
        foreach (var child in all)
            child.Cancel();
    }

    public TimeSpan BoundOf(SupervisedChild child) => child.Nested is null ? Bound : Timeout.InfiniteTimeSpan;

    public CapturedFailure? LastFailureOf(SupervisedChild child)
    {
        lock (_lock)
            return child.LastFailure;
    }

    public Task CompletionOf(SupervisedChild child)
    {
        lock (_lock)
            return child is { State: ChildState.Ended, Ended: null } ? Task.CompletedTask : (child.Ended ??= NewSignal()).Task;
    }

    /// <summary>Completes when the attempt ends that runs now; <see langword="null"/> when none does.</summary>
    public Task? RunningAttemptOf(SupervisedChild child)
    {
        lock (_lock)
            return child.State == ChildState.Running ? AttemptOf_NeedsLock(child) : null;
    }

    /// <summary>Marks the child that was started last as stopping.</summary>
    /// <returns>Its end; <see langword="null"/> when there are no children.</returns>
    public Task? StopLast(out SupervisedChild? child)
    {
        lock (_lock)
        {
            child = _children.Last;
            return child is null ? null : Stop_NeedsLock(child);
        }
    }

    public Task[] Stop(List<SupervisedChild> children)
    {
        lock (_lock)
            return [.. children.Select(Stop_NeedsLock)];
    }

    public void LeaveBehind(SupervisedChild child)
    {
        lock (_lock)
        {
            if (child.State == ChildState.Ended)
                return;

            Remove_NeedsLock(child);
        }

        ReportStuck(child);
    }

    /// <summary>A member of a round did not stop in time. It may not run twice at once, so it joins again when it has ended.</summary>
    public void MissedRestart(SupervisedChild child)
    {
        if (child.Restart == RestartType.Temporary)
            LeaveBehind(child);
        else
            ReportStuck(child);
    }

    private Verdict Decide_NeedsLock(SupervisedChild child, CapturedFailure? failure, ref RestartRound? round, ref List<SupervisedChild>? later)
    {
        child.AttemptEnded?.TrySetResult();
        child.AttemptEnded = null;
        child.LastFailure = failure ?? child.LastFailure;
        if (child.State == ChildState.Ended)
            return Verdict.Done;
        if (!_isClosed && child.IsToRestart(failure))
            return DecideRestart_NeedsLock(child, failure, ref round);

        var next = child.Next;
        Remove_NeedsLock(child);
        if (failure is null || (child.IsCancelled && !_isClosed))
            return Verdict.Done;

        _fatal ??= failure;
        if (_isClosed || policy.Strategy == SupervisionStrategy.OneForOne)
            return Verdict.Done;
        if (policy.Strategy == SupervisionStrategy.RestForOne)
        {
            later = ChildList.From(next);
            return Verdict.CancelLater;
        }

        _isClosed = true;
        return Verdict.CancelAll;
    }

    private Verdict DecideRestart_NeedsLock(SupervisedChild child, CapturedFailure? failure, ref RestartRound? round)
    {
        child.State = ChildState.Waiting;
        if (child.InRound)
            return Verdict.Done;
        if (child.IsLate)
        {
            Resume_NeedsLock(child);
            return Verdict.Rejoin;
        }

        round = _plan.Next(child, _children.First!);
        if (round is not null)
            return Verdict.Restart;

        // The child stays until the stop removes it, so that nobody finds the scope idle before it has failed.
        _isClosed = IsEscalated = true;
        _fatal ??= failure;
        return Verdict.Escalate;
    }

    private async Task RestartAsync(RestartRound? round)
    {
        while (round is not null)
        {
            await round.PrepareAsync(this).ConfigureAwait(false);
            List<SupervisedChild> again = [];
            lock (_lock)
            {
                foreach (var member in round.Members)
                {
                    member.InRound = false;
                    member.IsLate = member.State == ChildState.Running;
                    if (member.State != ChildState.Waiting || _isClosed)
                        continue;

                    Resume_NeedsLock(member);
                    again.Add(member);
                }

                round = _plan.Finish(round, _isClosed ? null : _children.First);
            }

            again.ForEach(Relaunch);
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
        lock (_lock)
            _fatal ??= failure;
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
        Reporter.Stuck(child.Name, name, Bound);
    }

    private Task Stop_NeedsLock(SupervisedChild child)
    {
        child.IsStopping = true;
        if (child.State == ChildState.Waiting)
            Remove_NeedsLock(child);
        return child.State == ChildState.Ended ? Task.CompletedTask : AttemptOf_NeedsLock(child);
    }

    private static Task AttemptOf_NeedsLock(SupervisedChild child) => (child.AttemptEnded ??= NewSignal()).Task;

    private static void Resume_NeedsLock(SupervisedChild child)
    {
        child.IsLate = false;
        child.State = ChildState.Running;
        child.Renew();
    }

    private void Remove_NeedsLock(SupervisedChild child)
    {
        _children.Remove(child);
        child.State = ChildState.Ended;
        child.Ended?.TrySetResult();
        if (_children.First is null)
            _idle?.TrySetResult();
        if (_children.First is null)
            _idle = null;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
