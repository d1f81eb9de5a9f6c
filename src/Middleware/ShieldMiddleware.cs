using CrashShield.Hosting.Drain;
using CrashShield.Hosting.Failures;
using CrashShield.Middleware.Admission;
using CrashShield.Middleware.Drain;
using CrashShield.Middleware.Exceptions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace CrashShield.Middleware;

/// <summary>
/// The stage at the place where <c>UseCrashShield()</c> was called. It refuses what cannot be served in time, and answers what fails further in, so that all that stands outside (an access log, metrics,
/// a scope, a culture) sees an answer and no failure; what fails when the response has begun goes on outside. The way of a request that does not fail allocates nothing here unless the request itself goes asynchronous.
/// </summary>
/// <param name="next">What comes after it.</param>
/// <param name="handler">Answers failures.</param>
/// <param name="admission">Decides who is served; <see langword="null"/> when everybody is.</param>
/// <param name="refusal">The answer to those who are not.</param>
/// <param name="serving">Whether the process is about to stop, and begins no stream any more.</param>
/// <param name="metrics">Counts those who are refused for that.</param>
/// <param name="leavesPages">Whether browsers get the developer page, which stands further out.</param>
internal sealed class ShieldMiddleware(
    RequestDelegate next, RequestFailureHandler handler, AdmissionController? admission, Refusal refusal, ServingState serving, AdmissionMetrics metrics, bool leavesPages)
{
    public Task InvokeAsync(HttpContext context)
    {
        var features = context.Features;
        var guard = features[typeof(IHttpResponseFeature)] as ResponseCallbackGuard;
        if (serving.IsLameDuck && LameDuck.IsNewStream(context))
        {
            metrics.Shed(RequestPriorityAttribute.Of(context.GetEndpoint()), ShedReason.LameDuck);
            if (refusal.WriteAsync(context, ShedReason.LameDuck, out var isFurtherIn) is var refused && !isFurtherIn)
                return refused;
        }

        // Behind another pipeline's end, or a response that somebody put in front, nobody would count it out.
        else if (admission is not null && guard is { IsAdmitted: false })
        {
            if (admission.TryEnter(context) is not { } reason)
                guard.Admit(admission);
            else if (refusal.WriteAsync(context, reason, out var isFurtherIn) is var refused && !isFurtherIn)
                return refused;
        }

        // What middleware further out has put in front of the body stays; what stands further in is out of play once it fails.
        var body = features[typeof(IHttpResponseBodyFeature)] as IHttpResponseBodyFeature;
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

        if (running is not { IsCompleted: false })
            CloseAfterStream(context);
        if (running is null)
            return FailedAsync(context, failure ?? MissingTask.Exception, body);
        if (running.IsCompletedSuccessfully)
            return running;
        return guard is null || leavesPages ? AwaitAsync(context, running, body) : guard.Placed = AwaitAsync(guard, running, body);
    }

    // Ends the request: where nothing further out waits for it, the outermost stage does not either.
    private Task AwaitAsync(ResponseCallbackGuard guard, Task running, IHttpResponseBodyFeature? body)
    {
        guard.PlacedBody = body;
        return AwaitAsync(guard, running);
    }

    private async Task AwaitAsync(ResponseCallbackGuard guard, Task running)
    {
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        CloseAfterStream(guard.Context);
        await EndedAsync(guard, running).ConfigureAwait(false);
    }

    private async Task AwaitAsync(HttpContext context, Task running, IHttpResponseBodyFeature? body)
    {
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        CloseAfterStream(context);
        if (!running.IsCompletedSuccessfully)
            await FailedAsync(context, TaskFailure.Of(running), body).ConfigureAwait(false);
    }

    // It has not said that its connection ends, as it began before. Its client would come back over the same one, to this process, and be refused.
    private void CloseAfterStream(HttpContext context)
    {
        if (serving.IsLameDuck && LameDuck.IsEventStream(context.Request))
            LameDuck.Close(context, serving);
    }

    private Task EndedAsync(ResponseCallbackGuard guard, Task running)
    {
        guard.Leave();
        return running.IsCompletedSuccessfully
            ? handler.EndedAsync(guard.Context, guard.StatusCode)
            : FailedAsync(guard.Context, TaskFailure.Of(running), guard.PlacedBody);
    }

    private Task FailedAsync(HttpContext context, Exception failure, IHttpResponseBodyFeature? body) =>
        leavesPages && !context.Response.HasStarted && ErrorFormatNegotiation.For(context.Request) == ErrorFormat.Html
            ? Task.FromException(failure)
            : handler.FailedAsync(context, failure, body);
}
