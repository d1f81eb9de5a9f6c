using System.Diagnostics;
using System.Runtime.ExceptionServices;
using CrashShield.Hosting.Failures;
using CrashShield.Hosting.Telemetry;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace CrashShield.Middleware.Exceptions;

/// <summary>Everything that happens once a request has failed, each failure answered and reported once.</summary>
internal sealed class RequestFailureHandler(
    FailureReporter reporter, FailureStatus status, FailureAnswers answers, ApplicationHandlers handlers, FrameworkDiagnostics diagnostics, SwallowedFailures swallowed, TimeProvider time)
{
    /// <summary>
    /// The pipeline threw. Fails with the same exception where no whole answer can be given any more: the middleware further out and the server then see it as without the shield, and the server ends
    /// the response.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="exception">What was thrown.</param>
    /// <param name="body">The body as the server gave it, for the answer: middleware that put its own in front is out of play.</param>
    public Task FailedAsync(HttpContext context, Exception exception, IHttpResponseBodyFeature? body)
    {
        if (CapturedIn(context) is { } captured)
        {
            // What could not be answered is on its way to the server.
            if (captured.IsPassedOn)
                return Task.FromException(exception);
            // What still comes up after an answer was completed early (a write that finds it so) belongs to the same failure. All else is another one, of middleware further out.
            if (captured.IsCompleted || ReferenceEquals(captured.Error, exception))
                return Task.CompletedTask;
            if (context.Response.HasStarted)
                return FailedAgainAsync(context, captured, exception);
        }

        // The answer is that of the middleware with the timeout, which stands further out.
        if (exception is OperationCanceledException && GivenUp.ByTimeout(context))
            return Task.FromException(exception);
        return GivenUp.MayBeByClient(context, exception) ? SettledAsync(context, exception, body) : SettledFailureAsync(context, exception, body);
    }

    // The server keeps what is whole, and cuts what is not.
    private async Task FailedAgainAsync(HttpContext context, RequestFailureFeature captured, Exception exception)
    {
        await FailedAfterAnswerAsync(context, exception).ConfigureAwait(false);
        captured.IsPassedOn = true;
        ExceptionDispatchInfo.Throw(exception);
    }

    private async Task SettledAsync(HttpContext context, Exception exception, IHttpResponseBodyFeature? body)
    {
        await GivenUp.SettleAsync(context).ConfigureAwait(false);
        await SettledFailureAsync(context, exception, body).ConfigureAwait(false);
    }

    private Task SettledFailureAsync(HttpContext context, Exception exception, IHttpResponseBodyFeature? body)
    {
        var activity = RequestCapture.ActivityOf(context);
        var failure = RequestCapture.Of(context, exception, activity, time.GetUtcNow(), context.GetEndpoint());
        if (GivenUp.ByClient(context, exception))
        {
            ClientGone(context, failure);
            return Task.CompletedTask;
        }

        failure.StatusCode = status.Of(exception);
        var feature = new RequestFailureFeature(failure, context);
        feature.AddTo(context, forOthers: true);
        if (body is not null && !context.Response.HasStarted)
            context.Features[typeof(IHttpResponseBodyFeature)] = body;
        return AnswerAndReportAsync(context, feature, activity);
    }

    /// <summary>A callback threw while the server was about to send the headers: whatever was to be sent is replaced.</summary>
    public async Task FailedWhileStartingAsync(HttpContext context, Exception exception, IHttpResponseBodyFeature? body)
    {
        if (CapturedIn(context) is not null)
        {
            // The answer to an earlier failure is what is starting; it goes out all the same.
            await FailedAfterAnswerAsync(context, exception).ConfigureAwait(false);
            return;
        }

        await FailedAsync(context, exception, body).ConfigureAwait(false);
        CapturedIn(context)?.IsCompleted = true;
        try
        {
            await context.Response.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception)
        {
            // The client is told by the cut; the failure itself has been reported.
            context.Abort();
        }
    }

    /// <summary>A callback threw after the answer was sent: there is nothing to answer any more.</summary>
    public async Task FailedAfterAnswerAsync(HttpContext context, Exception exception)
    {
        // A client that leaves after all was answered is nothing to note.
        if (GivenUp.ByClient(context, exception))
            return;

        var activity = RequestCapture.ActivityOf(context);
        var failure = RequestCapture.Of(context, exception, activity, time.GetUtcNow(), context.GetEndpoint());
        failure.StatusCode = context.Response.StatusCode;
        reporter.RequestFailed(failure, FailureOutcome.Skipped, activity);
        await reporter.RunHooksAsync(failure).ConfigureAwait(false);
    }

    /// <summary>The pipeline ended well. With an error status middleware further in may have handled an exception.</summary>
    public Task EndedAsync(HttpContext context, int statusCode)
    {
        if (swallowed.Of(context) is var (exception, answered))
            Swallowed(context, exception, answered);
        return statusCode < StatusCodes.Status400BadRequest ? Task.CompletedTask : AnsweredElsewhereAsync(context);
    }

    /// <summary>A framework further in is about to answer a failure itself. The hooks are told once it has.</summary>
    /// <param name="context">The request.</param>
    /// <param name="failure">The failure with its status.</param>
    /// <param name="activity">The request's span.</param>
    /// <param name="isFault">Whether the server is at fault; by the status when <see langword="null"/>.</param>
    public void FailedFurtherIn(HttpContext context, CapturedFailure failure, Activity? activity, bool? isFault)
    {
        new RequestFailureFeature(failure, context).AddTo(context, forOthers: false);
        TagRequestMetric(context, failure);
        reporter.RequestFailed(failure, FailureOutcome.Handled, activity, isFault: isFault);
        TellHooksOnceAnswered(context, failure);
    }

    /// <summary>The client has left, and a framework further in is about to end the request itself.</summary>
    public void ClientGoneFurtherIn(HttpContext context, CapturedFailure failure)
    {
        new RequestFailureFeature(failure, context).AddTo(context, forOthers: false);
        failure.StatusCode = StatusCodes.Status499ClientClosedRequest;
        reporter.RequestAborted(failure);
    }

    private Task AnsweredElsewhereAsync(HttpContext context)
    {
        if (context.Features.Get<IExceptionHandlerFeature>() is not { } handled || handled is RequestFailureFeature || CapturedIn(context) is not null)
            return Task.CompletedTask;

        var activity = RequestCapture.ActivityOf(context);
        var failure = RequestCapture.Of(context, handled.Error, activity, time.GetUtcNow(), handled.Endpoint ?? context.GetEndpoint());
        failure.StatusCode = context.Response.StatusCode;
        // Both stages see the request end.
        new RequestFailureFeature(failure, context).AddTo(context, forOthers: false);
        if (IsLeftUntagged(context))
            reporter.RequestHandledQuietly(failure);
        else
            reporter.RequestFailedElsewhere(failure, activity);
        return reporter.RunHooksAsync(failure).AsTask();
    }

    // That framework has logged it.
    private void Swallowed(HttpContext context, Exception exception, int statusCode)
    {
        if (CapturedIn(context) is not null)
            return;

        var activity = RequestCapture.ActivityOf(context);
        var failure = RequestCapture.Of(context, exception, activity, time.GetUtcNow(), context.GetEndpoint());
        if (GivenUp.ByClient(context, exception))
        {
            ClientGoneFurtherIn(context, failure);
            return;
        }

        failure.StatusCode = statusCode;
        new RequestFailureFeature(failure, context).AddTo(context, forOthers: false);
        TagRequestMetric(context, failure);
        reporter.RequestFailedElsewhere(failure, activity);
        TellHooksOnceAnswered(context, failure);
    }

    private void TellHooksOnceAnswered(HttpContext context, CapturedFailure failure)
    {
        if (reporter.HasHooks)
            context.Response.OnCompleted(() => reporter.RunHooksAsync(failure).AsTask());
    }

    private static RequestFailureFeature? CapturedIn(HttpContext context) => context.Features[typeof(ICapturedFailureFeature)] as RequestFailureFeature;

    private void ClientGone(HttpContext context, CapturedFailure failure)
    {
        failure.StatusCode = StatusCodes.Status499ClientClosedRequest;
        if (!context.Response.HasStarted)
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        reporter.RequestAborted(failure);
        diagnostics.ClientGone(failure);
    }

    private async Task AnswerAndReportAsync(HttpContext context, RequestFailureFeature feature, Activity? activity)
    {
        var failure = feature.Failure;
        var ending = await answers.AnswerAsync(context, failure, activity).ConfigureAwait(false);
        var isQuiet = handlers.IsQuiet(context, failure, ending);
        if (isQuiet)
        {
            reporter.RequestHandledQuietly(failure);
        }
        else
        {
            TagRequestMetric(context, failure);
            reporter.RequestFailed(failure, ending.Outcome, activity, withException: !diagnostics.IsRecordedElsewhere(ending));
        }

        diagnostics.Tell(context, failure, ending, isQuiet, activity);
        await reporter.RunHooksAsync(failure).ConfigureAwait(false);
        if (!ending.IsPassedOn)
            return;

        feature.IsPassedOn = true;
        ExceptionDispatchInfo.Throw(failure.Exception);
    }

    // Middleware further in may have tagged it, and a tag twice is an error to some exporters.
    private static void TagRequestMetric(HttpContext context, CapturedFailure failure)
    {
        if (IsLeftUntagged(context))
            ((IHttpMetricsTagsFeature)context.Features[typeof(IHttpMetricsTagsFeature)]!).Tags.Add(new(TagNames.ErrorType, failure.ErrorType));
    }

    // The framework's middleware tags the metric of what it reports, and of that alone.
    private static bool IsLeftUntagged(HttpContext context) =>
        context.Features[typeof(IHttpMetricsTagsFeature)] is IHttpMetricsTagsFeature metric && metric.Tags.All(static tag => tag.Key != TagNames.ErrorType);
}
