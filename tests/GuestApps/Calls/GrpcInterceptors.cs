using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;
using CrashShield.GuestApps.Seen;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace CrashShield.GuestApps.Calls;

internal static class GrpcInterceptors
{
    public static Guest Guest { get; } = new("grpc-interceptors", GuestKind.Realtime, "https://github.com/grpc/grpc-dotnet/issues/2211", Build)
    {
        Listens = Listening.Spans,
        Plays = [Play.Grpc("/greet.Greeter/SayHello", "ann"), Play.Grpc("/greet.Greeter/SayHello", "broken"), Play.Grpc("/greet.Greeter/SayHello", "twice")],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        builder.Services.AddGrpc(grpc => grpc.Interceptors.Add<Translating>());
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.Mark("inside");
        app.MapGrpcService<GreeterService>();
        return app;
    }

    private sealed class Translating : Interceptor
    {
        public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        {
            try
            {
                var response = await continuation(request, context);
                return request is HelloRequest { Name: "twice" } ? throw new NotSupportedException("after the call") : response;
            }
            catch (InvalidOperationException e)
            {
                SeenLog.Note($"interceptor: {e.Message}");
                throw new RpcException(new Status(StatusCode.FailedPrecondition, "translated"));
            }
        }
    }
}
