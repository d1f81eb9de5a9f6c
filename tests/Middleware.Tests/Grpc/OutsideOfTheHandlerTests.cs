using Grpc.Core;
using Grpc.Net.Client;

namespace CrashShield.Middleware.Tests.Grpc;

/// <summary>Calls that no handler of Grpc.AspNetCore answers: what fails before it, or in its place.</summary>
public class OutsideOfTheHandlerTests
{
    private static readonly Marshaller<byte[]> Raw = Marshallers.Create(static bytes => bytes, static bytes => bytes);

    [Theory]
    [InlineData(500, StatusCode.Internal)]
    [InlineData(503, StatusCode.Unavailable)]
    [InlineData(404, StatusCode.NotFound)]
    [InlineData(418, StatusCode.FailedPrecondition)]
    public async Task CallBeforeItsFirstMessageGetsAStatus(int statusCode, StatusCode expected)
    {
        await using var app = await StartAsync(
            _ => throw new InvalidOperationException(), shield => shield.Exceptions.Map<InvalidOperationException>(statusCode));

        var error = await Assert.ThrowsAsync<RpcException>(() => ReadToEndAsync(app));

        Assert.Equal(expected, error.StatusCode);
        Assert.Contains("errorId", error.Status.Detail, StringComparison.Ordinal);
        await app.Log.WaitForAsync(1000);
        Assert.Equal("handled", Assert.Single(app.Counts.All).Key.Outcome);
    }

    [Fact]
    public async Task StreamThatHasBegunEndsWithAStatus()
    {
        byte[] message = [0, 0, 0, 0, 2, 42, 42];
        await using var app = await StartAsync(async context =>
        {
            context.Response.ContentType = "application/grpc";
            await context.Response.Body.WriteAsync(message);
            await context.Response.Body.FlushAsync();
            throw new InvalidOperationException();
        });

        var error = await Assert.ThrowsAsync<RpcException>(() => ReadToEndAsync(app));

        Assert.Equal(StatusCode.Internal, error.StatusCode);
        await app.Log.WaitForAsync(1000);
        Assert.Equal("handled", Assert.Single(app.Counts.All).Key.Outcome);
    }

    private static Task<ShieldedApp> StartAsync(RequestDelegate call, Action<CrashShield.Hosting.CrashShieldOptions>? options = null) =>
        ShieldedApp.StartAsync(
            app =>
            {
                app.UseCrashShield();
                app.MapPost("/orders.Orders/Watch", call);
            },
            options);

    private static async Task ReadToEndAsync(ShieldedApp app)
    {
        using var channel = GrpcChannel.ForAddress(app.Http2.BaseAddress!);
        var method = new Method<byte[], byte[]>(MethodType.ServerStreaming, "orders.Orders", "Watch", Raw, Raw);
        using var call = channel.CreateCallInvoker().AsyncServerStreamingCall(method, null, new CallOptions(), []);
        while (await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken))
            Assert.Equal([42, 42], call.ResponseStream.Current);
    }
}
