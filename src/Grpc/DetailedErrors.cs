using System.Diagnostics.CodeAnalysis;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace CrashShield.Grpc;

/// <summary>Whether clients are told what was thrown: <c>EnableDetailedErrors</c> of the service, or of all services.</summary>
internal static class DetailedErrors
{
    public static bool AreEnabled(HttpContext context) => OfService(context) ?? Of(context, typeof(GrpcServiceOptions)) ?? false;

    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "gRPC has these options itself for each service that it maps.")]
    private static bool? OfService(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>() is { ServiceType: var service }
        ? Of(context, typeof(GrpcServiceOptions<>).MakeGenericType(service))
        : null;

    // Not by the type of the options: in a trimmed application without gRPC it is unknown, which is a warning.
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "gRPC asks for these options itself.")]
    [UnconditionalSuppressMessage("Trimming", "IL2071", Justification = "gRPC asks for these options itself.")]
    private static bool? Of(HttpContext context, Type options) =>
        ((context.RequestServices.GetService(typeof(IOptions<>).MakeGenericType(options)) as IOptions<object>)?.Value as GrpcServiceOptions)?.EnableDetailedErrors;
}
