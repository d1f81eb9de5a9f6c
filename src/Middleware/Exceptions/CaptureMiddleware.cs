using Microsoft.AspNetCore.Http;

namespace CrashShield.Middleware.Exceptions;

/// <summary>
/// The outermost stage: nothing that fails inside it reaches the server. The way of a request that does not fail
/// allocates nothing here unless the request itself goes asynchronous.
/// </summary>
internal sealed class CaptureMiddleware(RequestDelegate next, RequestFailureHandler handler)
{
    public Task InvokeAsync(HttpContext context)
    {
        var guard = ResponseCallbackGuard.Install(context, handler);
        Task running;
        try
        {
            running = next(context);
        }
        catch (Exception e)
        {
            guard.Remove(context);
            return handler.FailedAsync(context, e);
        }

        if (!running.IsCompletedSuccessfully)
            return AwaitAsync(context, guard, running);

        guard.Remove(context);
        return SucceededAsync(context);
    }

    private async Task AwaitAsync(HttpContext context, ResponseCallbackGuard guard, Task running)
    {
        // Throwing the failure here once more, only to catch it, would cost as much as the whole answer.
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        guard.Remove(context);
        if (running.IsCompletedSuccessfully)
            await SucceededAsync(context).ConfigureAwait(false);
        else
            await handler.FailedAsync(context, await TaskFailure.OfAsync(running).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private Task SucceededAsync(HttpContext context) =>
        context.Response.StatusCode < StatusCodes.Status400BadRequest ? Task.CompletedTask : handler.AnsweredElsewhereAsync(context);
}
