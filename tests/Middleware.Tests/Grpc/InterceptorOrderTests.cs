using Grpc.Core;
using Grpc.Core.Interceptors;

namespace CrashShield.Middleware.Tests.Grpc;

/// <summary>The application's own interceptors stand further in than the capture.</summary>
public class InterceptorOrderTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WhatTheApplicationAnswersItselfIsItsAnswer(bool isOfTheService)
    {
        await using var app = await StartAsync<Translating>(isOfTheService, _ => throw new InvalidOperationException());

        var error = await app.FailAsync(CallKind.Unary);

        Assert.Equal((StatusCode.FailedPrecondition, "translated"), (error.StatusCode, error.Status.Detail));
        await app.App.Log.WaitForAsync(1000);
        Assert.Equal(typeof(RpcException).FullName, Assert.Single(app.App.Counts.All).Key.ErrorType);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WhatTheApplicationHealsHasNotFailed(bool isOfTheService)
    {
        await using var app = await StartAsync<Healing>(isOfTheService, _ => throw new InvalidOperationException());

        Assert.Equal([1], await app.CallAsync(CallKind.Unary));
        Assert.Equal(0, app.App.Counts.Total);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WhatAnInterceptorThrowsIsCaptured(bool isOfTheService)
    {
        await using var app = await StartAsync<Throwing>(isOfTheService, _ => Task.FromResult<byte[]>([1]));

        Assert.Equal(StatusCode.Internal, (await app.FailAsync(CallKind.Unary)).StatusCode);
        Assert.Equal(typeof(NotSupportedException).FullName, Assert.Single(app.App.Counts.All).Key.ErrorType);
    }

    private static Task<CallApp> StartAsync<T>(bool isOfTheService, Func<ServerCallContext, Task<byte[]>> act)
        where T : Interceptor => CallApp.StartAsync(builder =>
        {
            builder.Services.AddSingleton(new CallBehaviour(act));
            if (isOfTheService)
                builder.Services.AddGrpc().AddServiceOptions<CallService>(grpc => grpc.Interceptors.Add<T>());
            else
                builder.Services.AddGrpc(grpc => grpc.Interceptors.Add<T>());
        });

    private sealed class Translating : Interceptor
    {
        public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        {
            try
            {
                return await continuation(request, context);
            }
            catch (InvalidOperationException)
            {
                throw new RpcException(new Status(StatusCode.FailedPrecondition, "translated"));
            }
        }
    }

    private sealed class Healing : Interceptor
    {
        public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        {
            try
            {
                return await continuation(request, context);
            }
            catch (InvalidOperationException)
            {
                return (TResponse)(object)new byte[] { 1 };
            }
        }
    }

    private sealed class Throwing : Interceptor
    {
        public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        {
            await continuation(request, context);
            throw new NotSupportedException();
        }
    }
}
