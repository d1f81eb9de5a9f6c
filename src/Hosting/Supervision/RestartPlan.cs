namespace CrashShield.Hosting.Supervision;

/// <summary>
/// Which restart follows a failure. Restarts of a group take turns; those of single children do not wait for each other.
/// Not thread-safe: the group's lock guards it.
/// </summary>
internal sealed class RestartPlan(SupervisionPolicy policy, TimeProvider time, ServiceHealth? health)
{
    private readonly Queue<RestartRound> _queue = new();
    private RestartIntensity? _intensity;
    private RestartRound? _current;

    /// <returns>
    /// The restart, without members when it has to wait for its turn; <see langword="null"/> when it would be one too many.
    /// </returns>
    public RestartRound? Next(SupervisedChild failed, SupervisedChild first)
    {
        if ((health is null ? DelayInScope() : health.NextRestart()) is not { } delay)
            return null;

        var round = new RestartRound(failed, delay);
        if (policy.Strategy == SupervisionStrategy.OneForOne)
            round.Members.Add(failed);
        else if (_current is null)
            Begin(round, first);
        else
            _queue.Enqueue(round);
        return round;
    }

    /// <returns>The restart whose turn it is now.</returns>
    public RestartRound? Finish(RestartRound round, SupervisedChild? first)
    {
        if (round != _current)
            return null;

        _current = null;
        while (first is not null && _current is null && _queue.TryDequeue(out var next))
        {
            // Meanwhile another round may have taken it along.
            if (next.Failed.State == ChildState.Waiting)
                Begin(next, first);
        }

        return _current;
    }

    private TimeSpan? DelayInScope()
    {
        _intensity ??= new(policy.MaxRestarts, policy.Within, time);
        return _intensity.TryAdd() ? Backoff.Delay(policy, _intensity.Count, Random.Shared.NextDouble()) : null;
    }

    // All members are in hand at once: those that fail before their turn to stop comes, of the same cause mostly, are no further failures of the scope.
    private void Begin(RestartRound round, SupervisedChild first)
    {
        _current = round;
        round.Members = ChildList.From(policy.Strategy == SupervisionStrategy.OneForAll ? first : round.Failed);
        foreach (var member in round.Members)
            member.InRound = true;
    }
}
