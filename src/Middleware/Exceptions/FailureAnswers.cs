using System.Diagnostics;
using CrashShield.Hosting;
using CrashShield.Hosting.Failures;
using CrashShield.Middleware.Grpc;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CrashShield.Middleware.Exceptions;

/// <summary>The answer to a failed request: of the application's handlers, or ours.</summary>
internal sealed class FailureAnswers(
    ErrorAnswerWriter writer, ApplicationHandlers handlers, IOptions<CrashShieldOptions> options, IHostEnvironment environment, ILogger<FailureAnswers> logger)
{
    private readonly int _maxRetryAfter = (int)options.Value.Admission.MaxRetryAfter.TotalSeconds;
    private readonly bool _withDetails = environment.IsDevelopment();

    /// <summary>Answers a failure, as far as that can still be.</summary>
    public async ValueTask<FailureEnding> AnswerAsync(HttpContext context, CapturedFailure failure, Activity? activity)
    {
        try
        {
            if (context.Response.HasStarted)
                return EndStarted(context, failure);
            if (UnsentAnswer.Bytes(context.Response) is > 0 and var unsent && !await UnsentAnswer.TryTakeBackAsync(context.Response).ConfigureAwait(false))
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
            if (GivenUp.ByClient(context))
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

    // As Response.Clear(). Middleware further out may hold the body back in one that can be rewound.
    private static void Clear(HttpResponse response)
    {
        if (response.Body is { CanSeek: true } buffer)
            buffer.SetLength(0);
        response.Headers.Clear();
        if (response.HttpContext.Features[typeof(IHttpResponseFeature)] is IHttpResponseFeature feature)
            feature.ReasonPhrase = null;
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
