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
        // Not by routing: an endpoint of the application without a method would lose to ours, which has one.
        endpoint.Add(static builder => builder.RequestDelegate = OnlyReading(builder.RequestDelegate!));
        if (options.ManagementPort is { } port)
            endpoint.Add(builder => builder.RequestDelegate = OnlyOn(port, builder.RequestDelegate!));
    }

    private static RequestDelegate OnlyReading(RequestDelegate next) => context =>
    {
        if (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
            return next(context);

        context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
        context.Response.Headers.Allow = "GET, HEAD";
        return Task.CompletedTask;
    };

    private static RequestDelegate OnlyOn(int port, RequestDelegate next) => context =>
    {
        if (context.Connection.LocalPort == port)
            return next(context);

        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    };
}
