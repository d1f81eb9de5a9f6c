using Grpc.Core;

namespace CrashShield.Middleware.Tests.Grpc;

/// <summary>Receives what is sent, sends one message where it streams, and then does what the test wants.</summary>
public sealed class CallService(CallBehaviour behaviour) : CallServiceBase
{
    public override Task<byte[]> Unary(byte[] request, ServerCallContext context) => behaviour.Act(context);

    public override async Task<byte[]> ClientStreaming(IAsyncStreamReader<byte[]> requests, ServerCallContext context)
    {
        while (await requests.MoveNext(context.CancellationToken))
            Assert.NotNull(requests.Current);
        return await behaviour.Act(context);
    }

    public override async Task ServerStreaming(byte[] request, IServerStreamWriter<byte[]> responses, ServerCallContext context)
    {
        await responses.WriteAsync(request);
        await behaviour.Act(context);
    }

    public override async Task Duplex(IAsyncStreamReader<byte[]> requests, IServerStreamWriter<byte[]> responses, ServerCallContext context)
    {
        while (await requests.MoveNext(context.CancellationToken))
            await responses.WriteAsync(requests.Current);
        await behaviour.Act(context);
    }
}
