namespace CrashShield.Hosting.Failures;

internal static class TaskFailure
{
    /// <summary>What awaiting a task that ended without success would throw.</summary>
    public static Exception Of(Task ended) => ended.Exception?.InnerException ?? CancellationOf(ended);

    // A cancelled task gives its original exception only by throwing it.
    private static OperationCanceledException CancellationOf(Task cancelled)
    {
        try
        {
            cancelled.GetAwaiter().GetResult();
        }
        catch (OperationCanceledException e)
        {
            return e;
        }

        return new TaskCanceledException(cancelled);
    }
}
