namespace CrashShield.Middleware.Tests.Grpc;

/// <summary>The four kinds of calls.</summary>
public enum CallKind
{
    Unary,
    ClientStreaming,
    ServerStreaming,
    Duplex,
}
