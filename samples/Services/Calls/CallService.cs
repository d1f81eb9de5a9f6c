namespace Services.Calls;

/// <summary>gRPC, with one method of each kind.</summary>
internal static class CallService
{
    public static Service Service { get; } = new("calls", "gRPC, one method of each kind", static (builder, _) => builder.Services.AddGrpc(), static app => app.MapGrpcService<CallHandler>())
    {
        Configure = static shield => shield.Exceptions.Map<TimeoutException>(StatusCodes.Status503ServiceUnavailable),
    };
}
