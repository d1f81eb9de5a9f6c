using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace CrashShield.Grpc;

/// <summary>What CrashShield does in a server of Grpc.AspNetCore.</summary>
internal static class GrpcCapture
{
    /// <summary>Has failed calls captured, whether <c>AddGrpc()</c> is called before or after.</summary>
    /// <param name="services">The services of the application.</param>
    /// <param name="capture">What captures them.</param>
    public static void Add(IServiceCollection services, Func<IServiceProvider, CaptureCall> capture)
    {
        services.AddSingleton(provider => new CaptureInterceptor(capture(provider)));
        services.AddSingleton<IPostConfigureOptions<GrpcServiceOptions>, OutermostInterceptor>();
    }

    /// <summary>The exception that Grpc.AspNetCore has ended a call for, such as one of reading the request or of writing the response, which no interceptor sees.</summary>
    /// <param name="context">The request, any.</param>
    /// <param name="status">The gRPC status that the call has ended with.</param>
    public static Exception? FailureOf(HttpContext context, out int status)
    {
        var ended = (context.Features[typeof(IServerCallContextFeature)] as IServerCallContextFeature)?.ServerCallContext.Status ?? default;
        status = (int)ended.StatusCode;
        return ended.DebugException;
    }
}
