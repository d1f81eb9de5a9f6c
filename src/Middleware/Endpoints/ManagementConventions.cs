using CrashShield.Hosting.Endpoints;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace CrashShield.Middleware.Endpoints;

internal static class ManagementConventions
{
    /// <summary>
    /// Lets an endpoint answer probes and scrapers whatever stands in the pipeline (redirects, authorization, limits), and,
    /// when there is a management port, on that port alone. The port is the socket's: a Host header cannot claim it.
    /// </summary>
    public static void Manage(this IEndpointConventionBuilder endpoint, EndpointOptions options)
    {
        endpoint.AllowAnonymous().ShortCircuit().DisableHttpMetrics().WithMetadata(ApplicationEndpointsFirst.Marker.Instance);
        if (options.ManagementPort is { } port)
            endpoint.Add(builder => builder.RequestDelegate = OnlyOn(port, builder.RequestDelegate!));
    }

    private static RequestDelegate OnlyOn(int port, RequestDelegate next) => context =>
    {
        if (context.Connection.LocalPort == port)
            return next(context);

        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    };
}
