using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace CrashShield.Middleware.Endpoints;

/// <summary>Lets the application answer a probe first, with its answer held back: it is the application's own, or it is dropped for ours.</summary>
internal sealed class ManagementAttempt : IDisposable
{
    // A proxy may wait long for its destination, and a probe for nobody.
    private static readonly TimeSpan CatchAllWithin = TimeSpan.FromSeconds(1);

    // Nobody has it, so only who answers everything answers this.
    private const string NobodysPath = "/crashshield-nobody-has-this-path";

    private CancellationTokenSource? _catchAll;
    private bool _isReached;

    /// <summary>Whether the time of a route for every path is over.</summary>
    public bool HasGivenUp => _catchAll is { IsCancellationRequested: true };

    /// <summary>Notes that our endpoint was reached, if this is only to find out.</summary>
    /// <param name="context">The request.</param>
    /// <returns>False for a request that is to be answered.</returns>
    public static bool HasReached(HttpContext context)
    {
        if (context.Features.Get<ManagementAttempt>() is not { } attempt)
            return false;

        attempt._isReached = true;
        return true;
    }

    /// <summary>The request goes to a route of the application's for every path, for a while.</summary>
    /// <param name="context">The request.</param>
    public void LeaveToCatchAll(HttpContext context)
    {
        _catchAll = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        _catchAll.CancelAfter(CatchAllWithin);
        context.RequestAborted = _catchAll.Token;
    }

    /// <inheritdoc/>
    public void Dispose() => _catchAll?.Dispose();

    /// <param name="context">The request.</param>
    /// <param name="route">Whose it is becomes known.</param>
    /// <param name="next">The application.</param>
    public static async Task RunAsync(HttpContext context, ManagementRoute route, RequestDelegate next)
    {
        using var attempt = new ManagementAttempt();
        var aborted = context.RequestAborted;
        context.Features.Set(attempt);
        HeldAnswer? answer = null;
        try
        {
            answer = await AskAsync(context, next).ConfigureAwait(false);
            if (attempt._isReached)
                route.Take();
            else if (attempt.IsRoutedToApplication(context))
                route.LeaveToApplication();
            else if (answer is { IsSpoken: true } && await IsForThisPathAsync(context, next).ConfigureAwait(false))
                route.LeaveToApplication();
            else
                route.TryAgain();
        }
        catch (Exception) when (!attempt.IsRoutedToApplication(context))
        {
            // Whatever it is that cannot bear a probe, an endpoint of the application's it is not: those fail as without us.
            route.TryAgain();
        }
        finally
        {
            context.Features.Set<ManagementAttempt>(null);
            context.RequestAborted = aborted;
        }

        if (route.Owner == PathOwner.Application && answer is not null)
            await answer.SendAsync(context.Response).ConfigureAwait(false);
        else
            await ServeAsync(context, route).ConfigureAwait(false);
    }

    /// <summary>Our own answer.</summary>
    public static Task ServeAsync(HttpContext context, ManagementRoute route)
    {
        // Probes come every few seconds for ever: no part of what the service does.
        if (context.Features.Get<IHttpMetricsTagsFeature>() is { } metrics)
            metrics.MetricsDisabled = true;
        return route.Serve!(context);
    }

    // Routing has chosen it before ours, and not because it takes every path.
    private bool IsRoutedToApplication(HttpContext context) => _catchAll is null && context.GetEndpoint() is { } endpoint && !ApplicationEndpointsFirst.IsOurs(endpoint);

    private static async Task<HeldAnswer> AskAsync(HttpContext context, RequestDelegate next)
    {
        var body = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        using var held = new MemoryStream();
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(held));
        try
        {
            await next(context).ConfigureAwait(false);
            await context.Response.BodyWriter.FlushAsync().ConfigureAwait(false);
            return HeldAnswer.Of(context.Response, held);
        }
        finally
        {
            context.Features.Set(body);
            if (!context.Response.HasStarted)
                context.Response.Clear();
        }
    }

    private static async Task<bool> IsForThisPathAsync(HttpContext context, RequestDelegate next)
    {
        var path = context.Request.Path;
        context.SetEndpoint(null);
        context.Request.RouteValues.Clear();
        context.Request.Path = NobodysPath;
        try
        {
            return !(await AskAsync(context, next).ConfigureAwait(false)).IsSpoken;
        }
        finally
        {
            context.Request.Path = path;
        }
    }
}
