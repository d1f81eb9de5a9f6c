namespace CrashShield.Drills.Processes;

internal static class Until
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    /// <summary>Polls until something is so.</summary>
    /// <returns>False when it was not within the deadline.</returns>
    public static Task<bool> IsSoAsync(Func<Task<bool>> condition, TimeSpan deadline, CancellationToken cancellationToken) =>
        IsSoAsync(condition, Poll, deadline, cancellationToken);

    /// <param name="condition">What is to become so.</param>
    /// <param name="poll">How often to look.</param>
    /// <param name="deadline">How long at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<bool> IsSoAsync(Func<Task<bool>> condition, TimeSpan poll, TimeSpan deadline, CancellationToken cancellationToken)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(deadline);
        using var timer = new PeriodicTimer(poll);
        try
        {
            while (!await condition())
                await timer.WaitForNextTickAsync(bound.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
