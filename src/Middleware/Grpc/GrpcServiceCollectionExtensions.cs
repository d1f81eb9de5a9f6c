using System.Runtime.CompilerServices;
using CrashShield.Grpc;
using CrashShield.Middleware.Exceptions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace CrashShield.Middleware.Grpc;

internal static class GrpcServiceCollectionExtensions
{
    private const string Server = "Grpc.AspNetCore.Server";

    /// <summary>Captures the failures of gRPC calls where the application brings Grpc.AspNetCore. Elsewhere none of its assemblies, nor ours that knows them, is loaded.</summary>
    public static void AddGrpcFailures(this IServiceCollection services)
    {
        services.AddSingleton(new SwallowedFailures(IsBrought() ? AddToServer(services) : null));
    }

    // By the list of what the runtime may load: to ask for the assembly makes the runtime search, and ask the application's own resolvers. A program in a single file has no list.
    private static bool IsBrought() => AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") is string list && list.Contains("CrashShield.Middleware.dll", StringComparison.Ordinal)
        ? list.Contains($"{Server}.dll", StringComparison.OrdinalIgnoreCase)
        : Type.GetType($"{Server}.GrpcServiceOptions, {Server}") is not null;

    // Not inlined: whoever calls it would load these assemblies too.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Func<HttpContext, (Exception Exception, int StatusCode)?> AddToServer(IServiceCollection services)
    {
        services.AddSingleton<GrpcFailures>();
        GrpcCapture.Add(services, static provider => provider.GetRequiredService<GrpcFailures>().CaptureAsync);
        return static context => GrpcCapture.FailureOf(context, out var status) is { } exception ? (exception, GrpcStatusCode.ToHttp(status)) : null;
    }
}
