using CrashShield.Hosting.Failures;
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
        Task? running = null;
        Exception? failure = null;
        try
        {
            running = next(context);
        }
        catch (Exception e)
        {
            failure = e;
        }

        if (running is null)
            return handler.FailedAsync(guard.Remove(), failure ?? new InvalidOperationException("A middleware returned null instead of a task."));

        return running.IsCompletedSuccessfully ? SucceededAsync(guard.Remove()) : AwaitAsync(guard, running);
    }

    // Throwing the failure here once more, only to catch it, would cost as much as the whole answer.
    private async Task AwaitAsync(ResponseCallbackGuard guard, Task running)
    {
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await EndedAsync(guard.Remove(), running).ConfigureAwait(false);
    }

    private Task EndedAsync(HttpContext context, Task running) => running.IsCompletedSuccessfully
        ? SucceededAsync(context)
        : handler.FailedAsync(context, TaskFailure.Of(running));

    private Task SucceededAsync(HttpContext context) =>
        context.Response.StatusCode < StatusCodes.Status400BadRequest ? Task.CompletedTask : handler.AnsweredElsewhereAsync(context);
}
