using CrashShield.Hosting.Failures;

namespace CrashShield.Hosting.Supervision;

/// <summary>
/// The children of one scope, their states, and what the end of one leads to. All of it under one lock, under which no user code, log or
/// metric runs. Waiters are completed under it, which is sound because their continuations run on the pool.
/// </summary>
internal sealed class ChildGroup(SupervisionPolicy policy, TimeProvider time, ServiceHealth? health)
{
    private readonly Lock _lock = new();
    private readonly RestartPlan _plan = new(policy, time, health);
    private ChildList _children;
    private CapturedFailure? _fatal;
    private TaskCompletionSource? _idle;
    private bool _isClosed;
    private bool _isStopping;
    private bool _isEscalated;
    private bool _isCutShort;

    /// <summary>The first failure that no restart followed.</summary>
    public CapturedFailure? Fatal
    {
        get
        {
            lock (_lock)
                return _fatal;
        }
    }

    /// <summary>Whether the restarts exceeded their intensity.</summary>
    public bool IsEscalated
    {
        get
        {
            lock (_lock)
                return _isEscalated;
        }
    }

    /// <summary>Whether a child was stopped, or refused, before its end.</summary>
    public bool IsCutShort
    {
        get
        {
            lock (_lock)
                return _isCutShort;
        }
    }

    public bool TryAdd(SupervisedChild child)
    {
        lock (_lock)
        {
            if (_isClosed)
            {
                child.State = ChildState.Ended;
                _isCutShort = true;
                return false;
            }

            _children.AddLast(child);
            return true;
        }
    }

    /// <summary>Takes note of the end of an attempt.</summary>
    /// <param name="child">Whose attempt ended.</param>
    /// <param name="failure">How, when it failed.</param>
    /// <param name="isReported">
    /// Whether the caller reports it and then calls <see cref="Settle"/>. Until then whoever stops the child waits, so that
    /// the process does not exit before the report.
    /// </param>
    public Decision Ended(SupervisedChild child, CapturedFailure? failure, bool isReported)
    {
        lock (_lock)
        {
            child.LastFailure = failure ?? child.LastFailure;
            if (child.State == ChildState.Ended)
                return default;

            var decision = !_isClosed && child.IsToRestart(failure) ? Restart_NeedsLock(child, failure) : End_NeedsLock(child, failure);
            child.IsReporting = isReported;
            if (!isReported)
                Settle_NeedsLock(child);
            return decision;
        }
    }

    public void Settle(SupervisedChild child)
    {
        lock (_lock)
            Settle_NeedsLock(child);
    }

    /// <returns>Who is to be launched again, in order.</returns>
    public List<SupervisedChild> Finish(ref RestartRound? round)
    {
        List<SupervisedChild> again = [];
        lock (_lock)
        {
            foreach (var member in round!.Members)
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

        return again;
    }

    /// <summary>Fails the group, when nothing else has before.</summary>
    public void Fail(CapturedFailure failure)
    {
        lock (_lock)
            _fatal ??= failure;
    }

    /// <summary>Takes no new children from now on. Those that there are go on.</summary>
    public void Refuse()
    {
        lock (_lock)
            _isClosed = true;
    }

    /// <summary>Takes no new children from now on, because it is being stopped.</summary>
    /// <returns>All there are; <see langword="null"/> when they are being stopped already.</returns>
    public List<SupervisedChild>? Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            if (_isStopping)
                return null;

            _isStopping = true;
            _isCutShort |= _children.First is not null;
            return ChildList.From(_children.First);
        }
    }

    public List<SupervisedChild> All()
    {
        lock (_lock)
            return ChildList.From(_children.First);
    }

    /// <summary>Marks the child that was started last as stopping.</summary>
    /// <returns>The end of its attempt; <see langword="null"/> when there are no children.</returns>
    public Task? StopLast(out SupervisedChild? child)
    {
        lock (_lock)
        {
            child = _children.Last;
            return child is null ? null : Stop_NeedsLock(child);
        }
    }

    /// <summary>Marks the children as stopping.</summary>
    /// <returns>The ends of their attempts.</returns>
    public Task[] Stop(List<SupervisedChild> children)
    {
        lock (_lock)
            return [.. children.Select(Stop_NeedsLock)];
    }

    public bool TryRemove(SupervisedChild child)
    {
        lock (_lock)
        {
            if (child.State == ChildState.Ended)
                return false;

            Remove_NeedsLock(child);
            return true;
        }
    }

    /// <summary>Completes when there are no children.</summary>
    public Task WhenIdle()
    {
        lock (_lock)
            return _children.First is null ? Task.CompletedTask : (_idle ??= NewSignal()).Task;
    }

    /// <summary>Completes when the child is not in the group any more.</summary>
    public Task WhenEnded(SupervisedChild child)
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

    public CapturedFailure? LastFailureOf(SupervisedChild child)
    {
        lock (_lock)
            return child.LastFailure;
    }

    private Decision End_NeedsLock(SupervisedChild child, CapturedFailure? failure)
    {
        child.IsDone = true;

        // What fails while a restart or a failure before it stops it is told, but changes nothing.
        if (failure is null || (child.IsCancelled && !_isClosed))
            return default;

        _fatal ??= failure;
        if (_isClosed || policy.Strategy == SupervisionStrategy.OneForOne)
            return default;
        if (policy.Strategy == SupervisionStrategy.RestForOne)
            return new(Verdict.CancelLater, Later: ChildList.From(child.Next));

        _isClosed = true;
        return new(Verdict.CancelAll);
    }

    private Decision Restart_NeedsLock(SupervisedChild child, CapturedFailure? failure)
    {
        child.State = ChildState.Waiting;
        if (child.InRound)
            return default;
        if (child.IsLate)
        {
            Resume_NeedsLock(child);
            return new(Verdict.Rejoin);
        }

        if (_plan.Next(child, _children.First!) is { } round)
            return new(round.Members.Count > 0 ? Verdict.Restart : Verdict.Queue, round);

        // The child stays until the stop removes it, so that nobody finds the scope idle before it has failed.
        _isClosed = _isEscalated = true;
        _fatal ??= failure;
        return new(Verdict.Escalate);
    }

    private Task Stop_NeedsLock(SupervisedChild child)
    {
        child.IsStopping = true;
        if (child.State == ChildState.Waiting && !child.IsReporting)
            Remove_NeedsLock(child);
        return child.State == ChildState.Ended ? Task.CompletedTask : AttemptOf_NeedsLock(child);
    }

    private void Settle_NeedsLock(SupervisedChild child)
    {
        child.IsReporting = false;
        child.AttemptEnded?.TrySetResult();
        child.AttemptEnded = null;
        if (child.State != ChildState.Ended && (child.IsDone || (child.IsStopping && child.State == ChildState.Waiting)))
            Remove_NeedsLock(child);
    }

    private void Remove_NeedsLock(SupervisedChild child)
    {
        _children.Remove(child);
        child.State = ChildState.Ended;
        child.Ended?.TrySetResult();
        if (_children.First is not null || _idle is null)
            return;

        _idle.TrySetResult();
        _idle = null;
    }

    private static void Resume_NeedsLock(SupervisedChild child)
    {
        child.IsLate = false;
        child.State = ChildState.Running;
        child.Renew();
    }

    private static Task AttemptOf_NeedsLock(SupervisedChild child) => (child.AttemptEnded ??= NewSignal()).Task;

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
