using System.Diagnostics;
using CrashShield.Hosting.Failures;
using CrashShield.Hosting.Telemetry;
using CrashShield.Middleware.Exceptions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.SignalR;

namespace CrashShield.Middleware.SignalR;

/// <summary>
/// Captures what a hub throws. SignalR answers it, by a message, and logs it, before any middleware could see it; both stay as they are.
/// An invocation that does not fail allocates nothing here unless it goes asynchronous.
/// </summary>
internal sealed class HubFailures(FailureReporter reporter, CrashShieldPipeline pipeline, TimeProvider time) : IHubFilter
{
    /// <inheritdoc/>
    public ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        // SignalR's own and those of other filters, which begin it, are asynchronous methods.
        var invocation = next(invocationContext);
        return invocation.IsCompletedSuccessfully ? invocation : AwaitAsync(invocation.AsTask(), invocationContext.Context);
    }

    /// <inheritdoc/>
    public Task OnConnectedAsync(HubLifetimeContext context, Func<HubLifetimeContext, Task> next) => WatchAsync(BeginAsync(() => next(context)), context.Context);

    /// <inheritdoc/>
    public Task OnDisconnectedAsync(HubLifetimeContext context, Exception? exception, Func<HubLifetimeContext, Exception?, Task> next) => WatchAsync(BeginAsync(() => next(context, exception)), context.Context);

    // A hub's method need not be asynchronous, and throws then.
    private static async Task BeginAsync(Func<Task> begin) => await begin().ConfigureAwait(false);

    private async ValueTask<object?> AwaitAsync(Task<object?> invocation, HubCallerContext caller)
    {
        await WatchAsync(invocation, caller).ConfigureAwait(false);
        return await invocation.ConfigureAwait(false);
    }

    private async Task WatchAsync(Task running, HubCallerContext caller)
    {
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!running.IsCompletedSuccessfully && pipeline.IsUsed)
            await CaptureAsync(TaskFailure.Of(running), caller).ConfigureAwait(false);
        await running.ConfigureAwait(false);
    }

    private ValueTask CaptureAsync(Exception exception, HubCallerContext caller)
    {
        // The invocation's own, which SignalR begins, not that of the request that carries the connection.
        var activity = Activity.Current;
        var failure = caller.GetHttpContext() is { } context
            ? RequestCapture.Of(context, exception, activity, time.GetUtcNow(), context.GetEndpoint())
            : new(exception, FailureOrigin.Request, TraceContext.TraceIdOf(activity), time.GetUtcNow());
        if (caller.ConnectionAborted.IsCancellationRequested && ClientGoneExceptions.Include(exception))
        {
            reporter.RequestAborted(failure);
            return default;
        }

        reporter.RequestFailedElsewhere(failure, activity);
        return reporter.RunHooksAsync(failure);
    }
}
