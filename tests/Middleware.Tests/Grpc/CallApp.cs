using CrashShield.Hosting;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Net.Client;

namespace CrashShield.Middleware.Tests.Grpc;

/// <summary>A service of Grpc.AspNetCore behind the shield, and a client of Grpc.Net.</summary>
internal sealed class CallApp : IAsyncDisposable
{
    private readonly GrpcChannel _channel;

    private CallApp(ShieldedApp app)
    {
        App = app;
        _channel = GrpcChannel.ForAddress(app.Http2.BaseAddress!);
    }

    public ShieldedApp App { get; }

    public static Task<CallApp> StartAsync(
        Func<ServerCallContext, Task<byte[]>> act,
        Action<CrashShieldOptions>? options = null,
        Action<GrpcServiceOptions>? grpc = null,
        Action<WebApplication>? configure = null) => StartAsync(
            builder => builder.Services.AddSingleton(new CallBehaviour(act)).AddGrpc(grpc ?? (static _ => { })), options, configure);

    public static async Task<CallApp> StartAsync(
        Action<WebApplicationBuilder>? build, Action<CrashShieldOptions>? options = null, Action<WebApplication>? configure = null, Action<WebApplicationBuilder>? before = null) => new(await ShieldedApp.StartAsync(
        app =>
        {
            (configure ?? (static app => app.UseCrashShield()))(app);
            app.MapGrpcService<CallService>();
        },
        options, build, before: before));

    /// <summary>Makes a call that ends well.</summary>
    public async Task<byte[]> CallAsync(CallKind kind, byte[]? message = null, Metadata? headers = null, CancellationToken cancelled = default)
    {
        var (invoker, method, options) = (_channel.CreateCallInvoker(), CallServiceBase.MethodOf(kind), new CallOptions(headers, cancellationToken: cancelled));
        message ??= [42];
        switch (kind)
        {
            case CallKind.Unary:
                return await invoker.AsyncUnaryCall(method, null, options, message);
            case CallKind.ClientStreaming:
                using (var call = invoker.AsyncClientStreamingCall(method, null, options))
                {
                    await call.RequestStream.WriteAsync(message, CancellationToken.None);
                    await call.RequestStream.CompleteAsync();
                    return await call;
                }

            case CallKind.ServerStreaming:
                using (var call = invoker.AsyncServerStreamingCall(method, null, options, message))
                    return await LastOfAsync(call.ResponseStream);
            default:
                using (var call = invoker.AsyncDuplexStreamingCall(method, null, options))
                {
                    await call.RequestStream.WriteAsync(message, CancellationToken.None);
                    await call.RequestStream.CompleteAsync();
                    return await LastOfAsync(call.ResponseStream);
                }
        }
    }

    /// <summary>Makes a call that fails.</summary>
    public Task<RpcException> FailAsync(CallKind kind, byte[]? message = null, Metadata? headers = null, CancellationToken cancelled = default) =>
        Assert.ThrowsAsync<RpcException>(() => CallAsync(kind, message, headers, cancelled));

    /// <summary>What Grpc.AspNetCore logs of failures: its entry of a failed handler, and the one of an answer that is an exception.</summary>
    public IEnumerable<LogCollector.Entry> GrpcEntries(LogLevel from) =>
        App.Log.All.Where(entry => entry.Level >= from && entry.Category.StartsWith("Grpc.", StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await App.DisposeAsync();
    }

    private static async Task<byte[]> LastOfAsync(IAsyncStreamReader<byte[]> responses)
    {
        byte[] last = [];
        while (await responses.MoveNext(CancellationToken.None))
            last = responses.Current;
        return last;
    }
}
