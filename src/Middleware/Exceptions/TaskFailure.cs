namespace CrashShield.Middleware.Exceptions;

internal static class TaskFailure
{
    /// <summary>What awaiting a task that ended without success would throw.</summary>
    public static ValueTask<Exception> OfAsync(Task ended) =>
        ended.Exception is { InnerException: { } failure } ? new(failure) : new(CancellationOfAsync(ended));

    // A cancelled task gives its original exception only to those who await it.
    private static async Task<Exception> CancellationOfAsync(Task cancelled)
    {
        try
        {
            await cancelled.ConfigureAwait(false);
            throw new InvalidOperationException("The task ended with success.");
        }
        catch (OperationCanceledException e)
        {
            return e;
        }
    }
}
