using System.Diagnostics.CodeAnalysis;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace CrashShield.Grpc;

/// <summary>Whether clients are told what was thrown: <c>EnableDetailedErrors</c> of the service, or of all services.</summary>
internal static class DetailedErrors
{
    public static bool AreEnabled(HttpContext context, GrpcServiceOptions ofAll) =>
        (context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>() is { } method ? OptionsOf(context, method.ServiceType)?.EnableDetailedErrors : null) ?? ofAll.EnableDetailedErrors ?? false;

    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "gRPC has these options itself for each service that it maps.")]
    [UnconditionalSuppressMessage("Trimming", "IL2055", Justification = "gRPC has these options itself for each service that it maps.")]
    private static GrpcServiceOptions? OptionsOf(HttpContext context, Type service) =>
        (context.RequestServices.GetService(typeof(IOptions<>).MakeGenericType(typeof(GrpcServiceOptions<>).MakeGenericType(service))) as IOptions<GrpcServiceOptions>)?.Value;
}
