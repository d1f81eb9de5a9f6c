using Grpc.AspNetCore.Server;
using Microsoft.Extensions.Options;

namespace CrashShield.Grpc;

/// <summary>Puts the capture before the application's own interceptors, which may answer a failure themselves. Those of single services stand further in.</summary>
internal sealed class OutermostInterceptor : IPostConfigureOptions<GrpcServiceOptions>
{
    public void PostConfigure(string? name, GrpcServiceOptions options)
    {
        var interceptors = options.Interceptors;
        interceptors.Add<CaptureInterceptor>();
        var capture = interceptors[^1];
        interceptors.RemoveAt(interceptors.Count - 1);
        interceptors.Insert(0, capture);
    }
}
