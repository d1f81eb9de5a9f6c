namespace CrashShield.Hosting.Supervision;

/// <summary>One restart: of a child alone, or of the group that its strategy takes along.</summary>
internal sealed record RestartRound(SupervisedChild Failed, TimeSpan Delay)
{
    /// <summary>Who starts again, in the order of their first start. Empty until the turn of this round comes.</summary>
    public List<SupervisedChild> Members { get; set; } = [];

    /// <summary>Stops the members that still run, the last one first, then waits for the backoff. A stop of the failed child ends the wait.</summary>
    public async Task PrepareAsync(ChildSupervisor supervisor)
    {
        for (var i = Members.Count - 1; i >= 0; i--)
        {
            var member = Members[i];
            if (supervisor.Children.RunningAttemptOf(member) is not { } ended)
                continue;

            member.Cancel();
            if (!await ChildStop.EndsWithinAsync(ended, supervisor.BoundOf(member), supervisor.Time).ConfigureAwait(false))
                supervisor.MissedRestart(member);
        }

        if (Delay > TimeSpan.Zero)
            await Task.Delay(Delay, supervisor.Time, Failed.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
