using Grpc.Core;

namespace CrashShield.GuestApps.Calls;

/// <summary>The template's service, with names that it fails at.</summary>
internal sealed class GreeterService(ILogger<GreeterService> logger) : Greeter.GreeterBase
{
    public override async Task<HelloReply> SayHello(HelloRequest request, ServerCallContext context)
    {
        logger.LogInformation("Saying hello to {Name}", request.Name);
        await Task.Yield();
        return request.Name switch
        {
            "broken" => throw new InvalidOperationException("a secret of the server"),
            "unknown" => throw new RpcException(new Status(StatusCode.NotFound, "nobody of that name"), new Metadata { { "looked-in", "book" } }),
            _ => new HelloReply { Message = "Hello " + request.Name },
        };
    }

    public override async Task SayHellos(HelloRequest request, IServerStreamWriter<HelloReply> responseStream, ServerCallContext context)
    {
        await responseStream.WriteAsync(new HelloReply { Message = "Hello " + request.Name });
        if (request.Name == "broken")
            throw new InvalidOperationException("after the first");
        await responseStream.WriteAsync(new HelloReply { Message = "And good-bye" });
    }
}
