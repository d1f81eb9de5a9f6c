using System.Diagnostics;
using CrashShield.Hosting;
using CrashShield.Hosting.Failures;
using CrashShield.Hosting.Telemetry;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CrashShield.Middleware.Exceptions;

/// <summary>Everything that happens once a request has failed, each failure answered and reported once.</summary>
internal sealed class RequestFailureHandler(
    FailureReporter reporter,
    FailureStatus status,
    ErrorAnswerWriter writer,
    IEnumerable<IExceptionHandler> exceptionHandlers,
    FrameworkDiagnostics diagnostics,
    IOptions<CrashShieldOptions> options,
    IHostEnvironment environment,
    TimeProvider time,
    ILogger<RequestFailureHandler> logger)
{
    private readonly IExceptionHandler[] _exceptionHandlers = [.. exceptionHandlers];
    private readonly bool _hasApplicationCode = exceptionHandlers.Any() || writer.IsCustomized;
    private readonly int _maxRetryAfter = (int)options.Value.Admission.MaxRetryAfter.TotalSeconds;
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
        if (context.Features.Get<IExceptionHandlerFeature>() is not { } handled || handled is RequestFailureFeature || IsCaptured(context))
            return Task.CompletedTask;

        var activity = RequestCapture.ActivityOf(context);
        var failure = RequestCapture.Of(context, handled.Error, activity, time.GetUtcNow(), handled.Endpoint ?? context.GetEndpoint());
        failure.StatusCode = context.Response.StatusCode;
        // Both stages see the request end.
        new RequestFailureFeature(failure, context).AddTo(context, forHandlers: false);
        reporter.RequestFailedElsewhere(failure, activity);
        return reporter.RunHooksAsync(failure).AsTask();
    }

    private static bool IsCaptured(HttpContext context) => context.Features[typeof(ICapturedFailureFeature)] is not null;

    private static bool IsClientGone(HttpContext context, Exception exception) =>
        // A reset is thrown to the reader of the body before the request is marked as aborted.
        exception is ConnectionResetException || (context.RequestAborted.IsCancellationRequested && ClientGoneExceptions.Include(exception));

    private void ClientGone(HttpContext context, CapturedFailure failure)
    {
        failure.StatusCode = StatusCodes.Status499ClientClosedRequest;
        if (!context.Response.HasStarted)
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        reporter.RequestAborted(failure);
        diagnostics.ClientGone(failure);
    }

    private async Task AnswerAndReportAsync(HttpContext context, CapturedFailure failure, Activity? activity)
    {
        var (outcome, by) = await AnswerAsync(context, failure, activity).ConfigureAwait(false);
        TagRequestMetric(context, failure);
        reporter.RequestFailed(failure, outcome, activity);
        diagnostics.Tell(context, failure, outcome, by, activity);
        await reporter.RunHooksAsync(failure).ConfigureAwait(false);
    }

    // How it ended, and the application's handler that has answered.
    private async ValueTask<(string Outcome, IExceptionHandler? By)> AnswerAsync(HttpContext context, CapturedFailure failure, Activity? activity)
    {
        try
        {
            if (context.Response.HasStarted)
                return (EndStarted(context, failure), null);
            if (WholeAnswer.UnsentBytes(context.Response) is > 0 and var unsent)
            {
                WholeAnswer.FrameUnsent(context.Response, failure.StatusCode!.Value, unsent);
                return (FailureOutcome.Skipped, null);
            }

            Clear(context.Response);
            context.Response.StatusCode = failure.StatusCode!.Value;
            if (await HandlerOfApplicationAsync(context, failure).ConfigureAwait(false) is { } by)
            {
                failure.StatusCode = context.Response.StatusCode;
                return (FailureOutcome.Handled, by);
            }

            if (context.Response.HasStarted)
                return (EndStarted(context, failure), null);

            var answer = new ErrorAnswer(failure, failure.StatusCode.Value, _withDetails, _maxRetryAfter);
            answer.SetHeaders(context.Response, activity);
            await writer.WriteAsync(context, answer).ConfigureAwait(false);
            return (FailureOutcome.Handled, null);
        }
        catch (Exception e)
        {
            LogAnswerFailed(e, failure.ErrorId);
        }

        context.Abort();
        return (FailureOutcome.Unhandled, null);
    }

    // As Response.Clear(), less what it does for bodies that can be rewound: the body is the server's own again.
    private static void Clear(HttpResponse response)
    {
        response.Headers.Clear();
        if (response.HttpContext.Features[typeof(IHttpResponseFeature)] is IHttpResponseFeature feature)
            feature.ReasonPhrase = null;
    }

    // Middleware further in may have tagged it, and a tag twice is an error to some exporters.
    private static void TagRequestMetric(HttpContext context, CapturedFailure failure)
    {
        if (context.Features[typeof(IHttpMetricsTagsFeature)] is IHttpMetricsTagsFeature metric && metric.Tags.All(static tag => tag.Key != TagNames.ErrorType))
            metric.Tags.Add(new(TagNames.ErrorType, failure.ErrorType));
    }

    // Cut where it is not whole, so that nobody takes half an answer for one.
    private string EndStarted(HttpContext context, CapturedFailure failure)
    {
        if (GrpcStatusWriter.TryWriteTrailers(context, new ErrorAnswer(failure, failure.StatusCode!.Value, withDetails: false, _maxRetryAfter)))
            return FailureOutcome.Handled;

        // What the client has seen.
        failure.StatusCode = context.Response.StatusCode;
        if (!WholeAnswer.IsSent(context))
            context.Abort();
        return FailureOutcome.Skipped;
    }

    private async ValueTask<IExceptionHandler?> HandlerOfApplicationAsync(HttpContext context, CapturedFailure failure)
    {
        foreach (var handler in _exceptionHandlers)
        {
            try
            {
                if (await handler.TryHandleAsync(context, failure.Exception, context.RequestAborted).ConfigureAwait(false))
                    return handler;
            }
            catch (Exception e)
            {
                LogExceptionHandlerFailed(e, failure.ErrorId);
            }
        }

        return null;
    }

    private void LogAnswerFailed(Exception exception, string errorId) => GuardedLog.Write(() => CaptureLog.AnswerFailed(
        logger, LoggableException.Of(exception), exception.GetType().FullName, errorId));

    private void LogExceptionHandlerFailed(Exception exception, string errorId) => GuardedLog.Write(() => CaptureLog.ExceptionHandlerFailed(
        logger, LoggableException.Of(exception), exception.GetType().FullName, errorId));
}
