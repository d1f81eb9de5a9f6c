using Grpc.Core;

namespace CrashShield.Middleware.Tests.Grpc;

/// <summary>What protoc would write for a service with one method of each kind, whose messages are bytes.</summary>
[BindServiceMethod(typeof(CallServiceBase), nameof(Bind))]
public abstract class CallServiceBase
{
    public const string Name = "tests.Calls";

    private static readonly Marshaller<byte[]> Raw = Marshallers.Create(Serialize, static bytes => bytes is [0xFF] ? throw new InvalidDataException("no message") : bytes);

    public static Method<byte[], byte[]> MethodOf(CallKind kind) => new(
        kind switch
        {
            CallKind.Unary => MethodType.Unary,
            CallKind.ClientStreaming => MethodType.ClientStreaming,
            CallKind.ServerStreaming => MethodType.ServerStreaming,
            _ => MethodType.DuplexStreaming,
        },
        Name, kind.ToString(), Raw, Raw);

    public static void Bind(ServiceBinderBase binder, CallServiceBase? service)
    {
        binder.AddMethod(MethodOf(CallKind.Unary), service is null ? null : new UnaryServerMethod<byte[], byte[]>(service.Unary));
        binder.AddMethod(MethodOf(CallKind.ClientStreaming), service is null ? null : new ClientStreamingServerMethod<byte[], byte[]>(service.ClientStreaming));
        binder.AddMethod(MethodOf(CallKind.ServerStreaming), service is null ? null : new ServerStreamingServerMethod<byte[], byte[]>(service.ServerStreaming));
        binder.AddMethod(MethodOf(CallKind.Duplex), service is null ? null : new DuplexStreamingServerMethod<byte[], byte[]>(service.Duplex));
    }

    public abstract Task<byte[]> Unary(byte[] request, ServerCallContext context);

    public abstract Task<byte[]> ClientStreaming(IAsyncStreamReader<byte[]> requests, ServerCallContext context);

    public abstract Task ServerStreaming(byte[] request, IServerStreamWriter<byte[]> responses, ServerCallContext context);

    public abstract Task Duplex(IAsyncStreamReader<byte[]> requests, IServerStreamWriter<byte[]> responses, ServerCallContext context);

    private static byte[] Serialize(byte[] bytes) => bytes is [0xFE] ? throw new InvalidDataException("cannot be written") : bytes;
}
