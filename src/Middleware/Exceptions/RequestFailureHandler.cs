using System.Diagnostics;
using System.Runtime.ExceptionServices;
using CrashShield.Hosting;
using CrashShield.Hosting.Failures;
using CrashShield.Hosting.Telemetry;
using CrashShield.Middleware.Endpoints;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CrashShield.Middleware.Exceptions;

/// <summary>Everything that happens once a request has failed, each failure answered and reported once.</summary>
internal sealed class RequestFailureHandler(
    FailureReporter reporter,
    FailureStatus status,
    ErrorAnswerWriter writer,
    ApplicationHandlers handlers,
    FrameworkDiagnostics diagnostics,
    IOptions<CrashShieldOptions> options,
    IHostEnvironment environment,
    TimeProvider time,
    ILogger<RequestFailureHandler> logger)
{
    private readonly bool _hasApplicationCode = handlers.Any || writer.IsCustomized;
    private readonly int _maxRetryAfter = (int)options.Value.Admission.MaxRetryAfter.TotalSeconds;
    private readonly bool _withDetails = environment.IsDevelopment();

    /// <summary>
    /// The pipeline threw. Fails with the same exception where no whole answer can be given any more: the middleware further out and the server then see it as without the shield, and the server ends
    /// the response.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="exception">What was thrown.</param>
    /// <param name="body">The body as the server gave it, for the answer: middleware that put its own in front is out of play.</param>
    public Task FailedAsync(HttpContext context, Exception exception, IHttpResponseBodyFeature? body)
    {
        // What still comes up after an answer was given (a write that finds the response complete) belongs to the same failure; what could not be answered is on its way to the server.
        if (CapturedIn(context) is { } captured)
            return captured.IsPassedOn ? Task.FromException(exception) : Task.CompletedTask;
        // The answer is that of the middleware with the timeout, which stands further out.
        if (exception is OperationCanceledException && IsTimedOut(context))
            return Task.FromException(exception);

        var activity = RequestCapture.ActivityOf(context);
        var failure = RequestCapture.Of(context, exception, activity, time.GetUtcNow(), context.GetEndpoint());
        if (IsClientGone(context, exception))
        {
            ClientGone(context, failure);
            return Task.CompletedTask;
        }

        failure.StatusCode = status.Of(exception);
        var feature = new RequestFailureFeature(failure, context);
        feature.AddTo(context, _hasApplicationCode);
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
        if (context.Features.Get<IExceptionHandlerFeature>() is not { } handled || handled is RequestFailureFeature || CapturedIn(context) is not null)
            return Task.CompletedTask;

        var activity = RequestCapture.ActivityOf(context);
        var failure = RequestCapture.Of(context, handled.Error, activity, time.GetUtcNow(), handled.Endpoint ?? context.GetEndpoint());
        failure.StatusCode = context.Response.StatusCode;
        // Both stages see the request end.
        new RequestFailureFeature(failure, context).AddTo(context, forHandlers: false);
        reporter.RequestFailedElsewhere(failure, activity);
        return reporter.RunHooksAsync(failure).AsTask();
    }

    private static RequestFailureFeature? CapturedIn(HttpContext context) => context.Features[typeof(ICapturedFailureFeature)] as RequestFailureFeature;

    // Middleware with a timeout puts a token of its own in the place of the one that tells of the client.
    private static bool IsTimedOut(HttpContext context) =>
        context.Features[typeof(IHttpRequestTimeoutFeature)] is IHttpRequestTimeoutFeature { RequestTimeoutToken.IsCancellationRequested: true }
        || context.Features[typeof(ManagementAttempt)] is ManagementAttempt { HasGivenUp: true };

    private static bool IsClientGone(HttpContext context) => context.RequestAborted.IsCancellationRequested && !IsTimedOut(context);

    private static bool IsClientGone(HttpContext context, Exception exception) =>
        // A reset is thrown to the reader of the body before the request is marked as aborted.
        exception is ConnectionResetException || (IsClientGone(context) && ClientGoneExceptions.Include(exception));

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
        var ending = await AnswerAsync(context, failure, activity).ConfigureAwait(false);
        var isQuiet = handlers.IsQuiet(context, failure, ending);
        if (isQuiet)
        {
            reporter.RequestHandledQuietly(failure);
        }
        else
        {
            TagRequestMetric(context, failure);
            reporter.RequestFailed(failure, ending.Outcome, activity);
        }

        diagnostics.Tell(context, failure, ending, isQuiet, activity);
        await reporter.RunHooksAsync(failure).ConfigureAwait(false);
        if (!ending.IsPassedOn)
            return;

        feature.IsPassedOn = true;
        ExceptionDispatchInfo.Throw(failure.Exception);
    }

    private async ValueTask<FailureEnding> AnswerAsync(HttpContext context, CapturedFailure failure, Activity? activity)
    {
        try
        {
            if (context.Response.HasStarted)
                return EndStarted(context, failure);
            if (UnsentAnswer.Bytes(context.Response) is > 0 and var unsent)
            {
                UnsentAnswer.Frame(context.Response, failure.StatusCode!.Value, unsent);
                return new(FailureOutcome.Skipped);
            }

            Clear(context.Response);
            context.Response.StatusCode = failure.StatusCode!.Value;
            if (await handlers.AnswerAsync(context, failure).ConfigureAwait(false) is { } by)
            {
                failure.StatusCode = context.Response.StatusCode;
                return new(FailureOutcome.Handled, by);
            }

            if (context.Response.HasStarted)
                return EndStarted(context, failure);
            // Nobody would read it, and the server counts a request without one as given up by its client: 499.
            if (IsClientGone(context))
                return new(FailureOutcome.Handled);

            var answer = new ErrorAnswer(failure, failure.StatusCode.Value, _withDetails, _maxRetryAfter);
            answer.SetHeaders(context.Response, activity);
            await writer.WriteAsync(context, answer).ConfigureAwait(false);
            return new(FailureOutcome.Handled);
        }
        catch (Exception e)
        {
            LogAnswerFailed(e, failure.ErrorId);
        }

        return new(FailureOutcome.Unhandled, IsPassedOn: true);
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

    // The server knows best: what is whole all the same stays so, the rest it cuts once the failure reaches it, and what was flushed before gets to the client.
    private FailureEnding EndStarted(HttpContext context, CapturedFailure failure)
    {
        if (GrpcStatusWriter.TryWriteTrailers(context, new ErrorAnswer(failure, failure.StatusCode!.Value, withDetails: false, _maxRetryAfter)))
            return new(FailureOutcome.Handled);

        // What the client has seen.
        failure.StatusCode = context.Response.StatusCode;
        return new(FailureOutcome.Skipped, IsPassedOn: true);
    }

    private void LogAnswerFailed(Exception exception, string errorId) => GuardedLog.Write(() => CaptureLog.AnswerFailed(
        logger, LoggableException.Of(exception), exception.GetType().FullName, errorId));
}
