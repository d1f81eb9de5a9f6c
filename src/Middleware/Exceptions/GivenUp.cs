using CrashShield.Middleware.Endpoints;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;

namespace CrashShield.Middleware.Exceptions;

/// <summary>Who has ended a request before its answer.</summary>
internal static class GivenUp
{
    private static readonly TimeSpan SettleWithin = TimeSpan.FromMilliseconds(100);

    /// <summary>Whether the client has gone.</summary>
    public static bool ByClient(HttpContext context) => context.RequestAborted.IsCancellationRequested && !ByTimeout(context);

    /// <summary>Whether the client has gone, and an exception is what comes of that.</summary>
    public static bool ByClient(HttpContext context, Exception exception) => ByClient(context) && ClientGoneExceptions.Include(exception);

    /// <summary>Whether an exception may be the first to tell that the client has gone: it comes to the reader before the request is marked as aborted.</summary>
    public static bool MayBeByClient(HttpContext context, Exception exception) => !context.RequestAborted.IsCancellationRequested && ClientGoneExceptions.TellOfReset(exception);

    /// <summary>Waits until the request is marked as aborted. The connection that was reset may be another's, so not for long.</summary>
    public static async Task SettleAsync(HttpContext context)
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = context.RequestAborted.UnsafeRegister(static gone => ((TaskCompletionSource)gone!).TrySetResult(), gone);
        await Task.WhenAny(gone.Task, Task.Delay(SettleWithin, CancellationToken.None)).ConfigureAwait(false);
    }

    /// <summary>Whether somebody further out has, who has put a token of its own in the place of the one that tells of the client, and has an answer of its own.</summary>
    public static bool ByTimeout(HttpContext context) =>
        context.Features[typeof(IHttpRequestTimeoutFeature)] is IHttpRequestTimeoutFeature { RequestTimeoutToken.IsCancellationRequested: true }
        || context.Features[typeof(ManagementAttempt)] is ManagementAttempt { HasGivenUp: true };
}
