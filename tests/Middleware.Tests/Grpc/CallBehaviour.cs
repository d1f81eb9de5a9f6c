using Grpc.Core;

namespace CrashShield.Middleware.Tests.Grpc;

/// <summary>What a handler does.</summary>
/// <param name="Act">It.</param>
public sealed record CallBehaviour(Func<ServerCallContext, Task<byte[]>> Act);
