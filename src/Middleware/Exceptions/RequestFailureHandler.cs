using System.Diagnostics;
using CrashShield.Hosting.Failures;
using CrashShield.Hosting.Telemetry;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CrashShield.Middleware.Exceptions;

/// <summary>Everything that happens once a request has failed, each failure answered and reported once.</summary>
internal sealed class RequestFailureHandler(
    FailureReporter reporter,
    FailureStatus status,
    ErrorAnswerWriter writer,
    IEnumerable<IExceptionHandler> exceptionHandlers,
    IHostEnvironment environment,
    TimeProvider time,
    ILogger<RequestFailureHandler> logger)
{
    private readonly IExceptionHandler[] _exceptionHandlers = [.. exceptionHandlers];
    private readonly bool _hasApplicationCode = exceptionHandlers.Any() || writer.IsCustomized;
    private readonly bool _withDetails = environment.IsDevelopment();

    /// <summary>The pipeline threw. Never throws itself.</summary>
    /// <param name="context">The request.</param>
    /// <param name="exception">What was thrown.</param>
    /// <param name="body">The body as the server gave it, for the answer: middleware that put its own in front is out of play.</param>
    public Task FailedAsync(HttpContext context, Exception exception, IHttpResponseBodyFeature? body)
    {
        // What still comes up after an answer was given (a write that finds the response complete) belongs to the same failure.
        if (IsCaptured(context))
            return Task.CompletedTask;

        var activity = RequestCapture.ActivityOf(context);
        var failure = RequestCapture.Of(context, exception, activity, time.GetUtcNow(), context.GetEndpoint());
        if (IsClientGone(context, exception))
        {
            ClientGone(context, failure);
            return Task.CompletedTask;
        }

        failure.StatusCode = status.Of(exception);
        new RequestFailureFeature(failure, context).AddTo(context, _hasApplicationCode);
        if (body is not null && !context.Response.HasStarted)
            context.Features[typeof(IHttpResponseBodyFeature)] = body;
        return AnswerAndReportAsync(context, failure, activity);
    }

    /// <summary>A callback threw while the server was about to send the headers: whatever was to be sent is replaced.</summary>
    public async Task FailedWhileStartingAsync(HttpContext context, Exception exception, IHttpResponseBodyFeature? body)
    {
        if (IsCaptured(context))
        {
            // The answer to an earlier failure is what is starting; it goes out all the same.
            await FailedAfterAnswerAsync(context, exception).ConfigureAwait(false);
            return;
        }

        await FailedAsync(context, exception, body).ConfigureAwait(false);
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
        if (IsClientGone(context, exception))
            return;

        var activity = RequestCapture.ActivityOf(context);
        var failure = RequestCapture.Of(context, exception, activity, time.GetUtcNow(), context.GetEndpoint());
        failure.StatusCode = context.Response.StatusCode;
        reporter.RequestFailed(failure, FailureOutcome.Skipped, activity);
        await reporter.RunHooksAsync(failure).ConfigureAwait(false);
    }

    /// <summary>The pipeline ended well with an error status: middleware further in may have handled an exception.</summary>
    public Task AnsweredElsewhereAsync(HttpContext context)
    {
        if (context.Features.Get<IExceptionHandlerFeature>() is not { } handled || handled is RequestFailureFeature)
            return Task.CompletedTask;

        var activity = RequestCapture.ActivityOf(context);
        var failure = RequestCapture.Of(context, handled.Error, activity, time.GetUtcNow(), handled.Endpoint ?? context.GetEndpoint());
        failure.StatusCode = context.Response.StatusCode;
        reporter.RequestFailedElsewhere(failure, activity);
        return reporter.RunHooksAsync(failure).AsTask();
    }

    private static bool IsCaptured(HttpContext context) => context.Features[typeof(ICapturedFailureFeature)] is not null;

    private static bool IsClientGone(HttpContext context, Exception exception) =>
        // A reset is thrown to the reader of the body before the request is marked as aborted.
        exception is ConnectionResetException || (exception is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested);

    private void ClientGone(HttpContext context, CapturedFailure failure)
    {
        failure.StatusCode = StatusCodes.Status499ClientClosedRequest;
        if (!context.Response.HasStarted)
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        reporter.RequestAborted(failure);
    }

    private async Task AnswerAndReportAsync(HttpContext context, CapturedFailure failure, Activity? activity)
    {
        var outcome = await AnswerAsync(context, failure, activity).ConfigureAwait(false);
        TagRequestMetric(context, failure);
        reporter.RequestFailed(failure, outcome, activity);
        await reporter.RunHooksAsync(failure).ConfigureAwait(false);
    }

    private async ValueTask<string> AnswerAsync(HttpContext context, CapturedFailure failure, Activity? activity)
    {
        try
        {
            if (context.Response.HasStarted || HasUnsentBytes(context.Response))
                return EndStarted(context, failure);

            Clear(context.Response);
            context.Response.StatusCode = failure.StatusCode!.Value;
            if (await IsHandledByApplicationAsync(context, failure).ConfigureAwait(false))
            {
                failure.StatusCode = context.Response.StatusCode;
                return FailureOutcome.Handled;
            }

            if (context.Response.HasStarted)
                return EndStarted(context, failure);

            var answer = new ErrorAnswer(failure, failure.StatusCode.Value, _withDetails);
            answer.SetHeaders(context.Response, activity);
            await writer.WriteAsync(context, answer).ConfigureAwait(false);
            return FailureOutcome.Handled;
        }
        catch (Exception e)
        {
            LogAnswerFailed(e, failure.ErrorId);
        }

        context.Abort();
        return FailureOutcome.Unhandled;
    }

    // As Response.Clear(), less what it does for bodies that can be rewound: the body is the server's own again.
    private static void Clear(HttpResponse response)
    {
        response.Headers.Clear();
        if (response.HttpContext.Features[typeof(IHttpResponseFeature)] is IHttpResponseFeature feature)
            feature.ReasonPhrase = null;
    }

    // Bytes that the server holds already cannot be taken back, nor the answer put behind them.
    private static bool HasUnsentBytes(HttpResponse response) => response.BodyWriter is { CanGetUnflushedBytes: true, UnflushedBytes: > 0 };

    // Middleware further in may have tagged it, and a tag twice is an error to some exporters.
    private static void TagRequestMetric(HttpContext context, CapturedFailure failure)
    {
        if (context.Features[typeof(IHttpMetricsTagsFeature)] is IHttpMetricsTagsFeature metric && metric.Tags.All(static tag => tag.Key != TagNames.ErrorType))
            metric.Tags.Add(new(TagNames.ErrorType, failure.ErrorType));
    }

    // Cut, so that nobody takes half an answer for a whole one.
    private static string EndStarted(HttpContext context, CapturedFailure failure)
    {
        if (GrpcStatusWriter.TryWriteTrailers(context, new ErrorAnswer(failure, failure.StatusCode!.Value, withDetails: false)))
            return FailureOutcome.Handled;

        // What the client has seen.
        failure.StatusCode = context.Response.StatusCode;
        context.Abort();
        return FailureOutcome.Skipped;
    }

    private async ValueTask<bool> IsHandledByApplicationAsync(HttpContext context, CapturedFailure failure)
    {
        foreach (var handler in _exceptionHandlers)
        {
            try
            {
                if (await handler.TryHandleAsync(context, failure.Exception, context.RequestAborted).ConfigureAwait(false))
                    return true;
            }
            catch (Exception e)
            {
                LogExceptionHandlerFailed(e, failure.ErrorId);
            }
        }

        return false;
    }

    private void LogAnswerFailed(Exception exception, string errorId) => GuardedLog.Write(() => CaptureLog.AnswerFailed(
        logger, LoggableException.Of(exception), exception.GetType().FullName, errorId));

    private void LogExceptionHandlerFailed(Exception exception, string errorId) => GuardedLog.Write(() => CaptureLog.ExceptionHandlerFailed(
        logger, LoggableException.Of(exception), exception.GetType().FullName, errorId));
}
