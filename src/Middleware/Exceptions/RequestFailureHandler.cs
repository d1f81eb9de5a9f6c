using System.Diagnostics;
using CrashShield.Hosting.Failures;
using CrashShield.Hosting.Telemetry;
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
    private readonly bool _withDetails = environment.IsDevelopment();

    /// <summary>The pipeline threw. Never throws itself.</summary>
    public Task FailedAsync(HttpContext context, Exception exception)
    {
        // What still comes up after an answer was given (a write that finds the response complete) belongs to the same failure.
        if (context.Features.Get<ICapturedFailureFeature>() is not null)
            return Task.CompletedTask;

        var activity = RequestCapture.ActivityOf(context);
        var failure = RequestCapture.Of(context, exception, activity, time.GetUtcNow());
        if (exception is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested)
        {
            ClientGone(context, failure);
            return Task.CompletedTask;
        }

        failure.StatusCode = status.Of(exception);
        new RequestFailureFeature(failure, context).AddTo(context);
        return AnswerAndReportAsync(context, failure, activity);
    }

    /// <summary>A callback threw while the server was about to send the headers: whatever was to be sent is replaced.</summary>
    public async Task FailedWhileStartingAsync(HttpContext context, Exception exception)
    {
        await FailedAsync(context, exception).ConfigureAwait(false);
        await context.Response.CompleteAsync().ConfigureAwait(false);
    }

    /// <summary>A callback threw after the answer was sent: there is nothing to answer any more.</summary>
    public async Task FailedAfterAnswerAsync(HttpContext context, Exception exception)
    {
        var activity = RequestCapture.ActivityOf(context);
        var failure = RequestCapture.Of(context, exception, activity, time.GetUtcNow());
        failure.StatusCode = StatusCodes.Status500InternalServerError;
        reporter.RequestFailed(failure, FailureOutcome.Skipped, activity);
        await reporter.RunHooksAsync(failure).ConfigureAwait(false);
    }

    /// <summary>The pipeline ended well with an error status: middleware further in may have handled an exception.</summary>
    public Task AnsweredElsewhereAsync(HttpContext context)
    {
        if (context.Features.Get<IExceptionHandlerFeature>() is not { } handled || handled is RequestFailureFeature)
            return Task.CompletedTask;

        var activity = RequestCapture.ActivityOf(context);
        var failure = RequestCapture.Of(context, handled.Error, activity, time.GetUtcNow());
        failure.StatusCode = context.Response.StatusCode;
        reporter.RequestFailedElsewhere(failure, activity);
        return reporter.RunHooksAsync(failure).AsTask();
    }

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
        context.Features.Get<IHttpMetricsTagsFeature>()?.Tags.Add(new(TagNames.ErrorType, failure.ErrorType));
        reporter.RequestFailed(failure, outcome, activity);
        await reporter.RunHooksAsync(failure).ConfigureAwait(false);
    }

    private async ValueTask<string> AnswerAsync(HttpContext context, CapturedFailure failure, Activity? activity)
    {
        try
        {
            if (context.Response.HasStarted)
                return EndStarted(context, failure);

            context.Response.Clear();
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

    // Cut, so that nobody takes half an answer for a whole one.
    private static string EndStarted(HttpContext context, CapturedFailure failure)
    {
        if (GrpcStatusWriter.TryWriteTrailers(context, new ErrorAnswer(failure, failure.StatusCode!.Value, withDetails: false)))
            return FailureOutcome.Handled;

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
