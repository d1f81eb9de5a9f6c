using CrashShield.Grpc;
using CrashShield.Hosting;
using CrashShield.Middleware.Exceptions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace CrashShield.Middleware.Grpc;

/// <summary>Captures the failures of gRPC calls, each as that of any other request, and says which status it ends with.</summary>
internal sealed class GrpcFailures(RequestFailureHandler handler, CrashShieldPipeline pipeline, FailureStatus status, IOptions<CrashShieldOptions> options, TimeProvider time)
{
    private readonly int _maxRetryAfter = (int)options.Value.Admission.MaxRetryAfter.TotalSeconds;

    public async ValueTask<CallAnswer?> CaptureAsync(FailedCall call)
    {
        var (context, exception) = (call.Context, call.Exception);
        if (!pipeline.IsUsed)
            return null;
        if (GivenUp.MayBeByClient(context, exception))
            await GivenUp.SettleAsync(context).ConfigureAwait(false);

        var activity = RequestCapture.ActivityOf(context);
        var failure = RequestCapture.Of(context, exception, activity, time.GetUtcNow(), context.GetEndpoint());
        var isOutOfTime = IsGivenUp(call) && (call.IsPastDeadline || GivenUp.ByTimeout(context));
        if (!isOutOfTime && IsGivenUp(call) && GivenUp.ByClient(context))
        {
            handler.ClientGoneFurtherIn(context, failure);
            return new(GrpcStatusCode.Cancelled, "The client has cancelled the call.");
        }

        failure.StatusCode = isOutOfTime ? StatusCodes.Status504GatewayTimeout : call.OwnStatus is { } own ? GrpcStatusCode.ToHttp(own) : status.Of(exception);
        var answer = new ErrorAnswer(failure, failure.StatusCode.Value, withDetails: false, _maxRetryAfter);
        if (!context.Response.HasStarted)
            answer.SetTraceHeaders(context.Response, activity);
        // How long a client waits is the client's own choice, so anybody can cause it by the thousand.
        handler.FailedFurtherIn(context, failure, activity, isOutOfTime ? false : null);
        var code = isOutOfTime ? GrpcStatusCode.DeadlineExceeded : call.OwnStatus ?? GrpcStatusCode.OfHttp(failure.StatusCode.Value);
        return Answer(call, code, answer);
    }

    private static CallAnswer Answer(FailedCall call, int code, ErrorAnswer answer)
    {
        var message = code == call.OwnStatus ? call.OwnMessage ?? "" : $"{GrpcStatusWriter.MessageOf(answer)}{(call.IsDetailed ? $"; {CallErrorText.Of(call.Exception)}" : "")}";
        return new(code, message)
        {
            ErrorId = answer.Failure.ErrorId,
            TraceId = answer.Failure.TraceId,
            StatusDetails = !call.HasStatusDetails && StatusDetails.AreAccepted(call.Context.Request) ? StatusDetails.Of(code, message, answer) : null,
        };
    }

    // What comes of a cancelled call, also from a call to another service that was made on its behalf.
    private static bool IsGivenUp(FailedCall call) => ClientGoneExceptions.Include(call.Exception) || call.OwnStatus is GrpcStatusCode.Cancelled or GrpcStatusCode.DeadlineExceeded;
}
