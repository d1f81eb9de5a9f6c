using CrashShield.Hosting.Endpoints;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Routing;

namespace CrashShield.Middleware.Endpoints;

internal static class ManagementConventions
{
    /// <summary>
    /// Maps an endpoint that answers probes and scrapers, and, when there is a management port, on that port alone. The port is the socket's: a Host header cannot claim it. At the root of the application it
    /// answers outside of the pipeline too (<see cref="ManagementMiddleware"/>); it does not cut routing short, or a middleware of the application with this path would not be asked.
    /// </summary>
    /// <param name="endpoints">The routes of the application.</param>
    /// <param name="path">The path.</param>
    /// <param name="answer">What answers it.</param>
    /// <param name="options">The port.</param>
    /// <returns>What answers, for requests that are not routed.</returns>
    public static RequestDelegate MapManagement(this IEndpointRouteBuilder endpoints, string path, RequestDelegate answer, EndpointOptions options)
    {
        // Not by routing: an endpoint of the application without a method would lose to ours, which has one.
        var serve = OnlyReading(answer);
        if (options.ManagementPort is { } port)
            serve = OnlyOn(port, serve);
        var endpoint = endpoints.Map(path, context => ManagementAttempt.HasReached(context) ? Task.CompletedTask : serve(context));
        // At the root probes have no account; who may ask in a group is for the group to say.
        if (endpoints is not RouteGroupBuilder)
            endpoint.AllowAnonymous();
        endpoint.DisableHttpMetrics().WithMetadata(ApplicationEndpointsFirst.Marker.Instance, new DisableRateLimitingAttribute());
        return serve;
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
