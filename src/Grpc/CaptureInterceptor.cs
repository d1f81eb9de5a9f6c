using System.Runtime.ExceptionServices;
using CrashShield.Hosting.Failures;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace CrashShield.Grpc;

/// <summary>
/// The outermost interceptor. Grpc.AspNetCore answers what a handler throws before any middleware sees it, and logs it; an <see cref="RpcException"/> it takes for an answer. So each failure is captured here, and goes
/// on as an <see cref="RpcException"/>. A call that does not fail allocates nothing here unless it goes asynchronous.
/// </summary>
/// <param name="capture">Captures a failure.</param>
internal sealed class CaptureInterceptor(CaptureCall capture) : Interceptor
{
    // Both ends count the deadline down, and the client's cancellation comes a moment before the server's own clock or after it.
    private static readonly TimeSpan BeforeDeadline = TimeSpan.FromMilliseconds(50);

    /// <inheritdoc/>
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) => Watch(continuation(request, context), context);

    /// <inheritdoc/>
    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation) => Watch(continuation(requestStream, context), context);

    /// <inheritdoc/>
    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        Watch(continuation(request, responseStream, context), context);

    /// <inheritdoc/>
    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        Watch(continuation(requestStream, responseStream, context), context);

    // gRPC's pipeline is made of asynchronous methods: none of them throws before it has returned its task.
    private Task<TResponse> Watch<TResponse>(Task<TResponse> call, ServerCallContext context) => call.IsCompletedSuccessfully ? call : AwaitAsync(call, context);

    private Task Watch(Task call, ServerCallContext context) => call.IsCompletedSuccessfully ? call : AwaitAsync(call, context);

    private async Task<TResponse> AwaitAsync<TResponse>(Task<TResponse> call, ServerCallContext context)
    {
        // Not by the other overload: each asynchronous method of the way allocates.
        await ((Task)call).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!call.IsCompletedSuccessfully)
            ExceptionDispatchInfo.Throw(await EndOfAsync(TaskFailure.Of(call), context).ConfigureAwait(false));
        return await call.ConfigureAwait(false);
    }

    private async Task AwaitAsync(Task call, ServerCallContext context)
    {
        await call.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!call.IsCompletedSuccessfully)
            ExceptionDispatchInfo.Throw(await EndOfAsync(TaskFailure.Of(call), context).ConfigureAwait(false));
    }

    private async ValueTask<Exception> EndOfAsync(Exception exception, ServerCallContext context)
    {
        var own = exception as RpcException;
        // What ends well by an exception has not failed.
        if (own?.StatusCode == StatusCode.OK)
            return exception;

        var http = context.GetHttpContext();
        var answer = await capture(new(http, exception, (int?)own?.StatusCode, own?.Status.Detail)
        {
            IsPastDeadline = context.CancellationToken.IsCancellationRequested && context.Deadline - TimeProvider.System.GetUtcNow().UtcDateTime <= BeforeDeadline,
            IsDetailed = DetailedErrors.AreEnabled(http),
            HasStatusDetails = Contains(own?.Trailers, CallAnswer.StatusDetailsName) || Contains(context.ResponseTrailers, CallAnswer.StatusDetailsName),
        }).ConfigureAwait(false);
        if (answer is null)
            return exception;

        AddTrailers(context.ResponseTrailers, answer);
        return answer.Status == (int?)own?.StatusCode ? exception : new RpcException(new Status((StatusCode)answer.Status, answer.Message));
    }

    private static void AddTrailers(Metadata trailers, CallAnswer answer)
    {
        if (answer.ErrorId is { } errorId)
            trailers.Add(CallAnswer.ErrorIdName, errorId);
        if (answer.TraceId is { } traceId)
            trailers.Add(CallAnswer.TraceIdName, traceId);
        if (answer.StatusDetails is { } details)
            trailers.Add(CallAnswer.StatusDetailsName, details);
    }

    private static bool Contains(Metadata? trailers, string key) => trailers?.Any(entry => entry.Key == key) == true;
}
