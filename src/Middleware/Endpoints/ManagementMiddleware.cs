using CrashShield.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace CrashShield.Middleware.Endpoints;

/// <summary>
/// Answers probes and scrapers outside of all that stands in the pipeline (redirects, a filter of hosts, authorization, limits). What the application serves on one of these paths by itself, in whatever
/// way, stays its own: the first requests find out.
/// </summary>
internal sealed class ManagementMiddleware(RequestDelegate next, ManagementRoutes routes, IOptions<CrashShieldOptions> options)
{
    private readonly int? _port = options.Value.Endpoints.ManagementPort;

    public Task InvokeAsync(HttpContext context) => routes.Find(context.Request.Path) is { } route && IsForUs(context) ? AnswerAsync(context, route) : next(context);

    private bool IsForUs(HttpContext context) =>
        (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)) && (_port is null || context.Connection.LocalPort == _port);

    private Task AnswerAsync(HttpContext context, ManagementRoute route) => route.Owner switch
    {
        PathOwner.Shield => ManagementAttempt.ServeAsync(context, route),
        PathOwner.Application => next(context),
        _ => FindOutAsync(context, route),
    };

    private async Task FindOutAsync(HttpContext context, ManagementRoute route)
    {
        using var attempt = new ManagementAttempt(context, route, next);
        await attempt.RunAsync().ConfigureAwait(false);
    }
}
