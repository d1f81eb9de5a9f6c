using CrashShield.Hosting.Drain;
using CrashShield.Hosting.Failures;
using CrashShield.Middleware.Drain;
using Microsoft.AspNetCore.Http;

namespace CrashShield.Middleware.Exceptions;

/// <summary>
/// The outermost stage, for what escapes the one where <c>UseCrashShield()</c> was called: a failure of what stands further out, of routing or of authentication. The way of a request that does not
/// fail allocates nothing here unless what stands between the two stages goes asynchronous.
/// </summary>
internal sealed class CaptureMiddleware(RequestDelegate next, RequestFailureHandler handler, ServingState serving)
{
    public Task InvokeAsync(HttpContext context)
    {
        var guard = ResponseCallbackGuard.Install(context, handler);
        Task? running = null;
        Exception? failure = null;
        try
        {
            if (serving.IsLameDuck)
                LameDuck.Close(context, serving);
            running = next(context);
        }
        catch (Exception e)
        {
            failure = e;
        }

        if (running is null)
            return FailedAsync(guard, failure ?? MissingTask.Exception);
        if (running.IsCompletedSuccessfully)
            return SucceededAsync(guard);

        // Nothing waits for it on the way: that stage ends the request, and has reported what it passes on.
        return ReferenceEquals(running, guard.Placed) ? running : AwaitAsync(guard, running);
    }

    // Throwing the failure here once more, only to catch it, would cost as much as the whole answer.
    private async Task AwaitAsync(ResponseCallbackGuard guard, Task running)
    {
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await EndedAsync(guard, running).ConfigureAwait(false);
    }

    private Task EndedAsync(ResponseCallbackGuard guard, Task running) =>
        running.IsCompletedSuccessfully ? SucceededAsync(guard) : FailedAsync(guard, TaskFailure.Of(running));

    private Task SucceededAsync(ResponseCallbackGuard guard)
    {
        guard.Leave();
        return handler.EndedAsync(guard.Context, guard.StatusCode);
    }

    private Task FailedAsync(ResponseCallbackGuard guard, Exception failure)
    {
        guard.Leave();
        return handler.FailedAsync(guard.Context, failure, guard.Body);
    }
}
