using CrashShield.Middleware.Exceptions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace CrashShield.Middleware.Endpoints;

/// <summary>Lets the application answer a probe first, with its answer held back: it is the application's own, or it is dropped for ours.</summary>
/// <param name="context">The request.</param>
/// <param name="route">Whose it is becomes known.</param>
/// <param name="next">The application.</param>
internal sealed class ManagementAttempt(HttpContext context, ManagementRoute route, RequestDelegate next) : IDisposable
{
    // A proxy may wait long for its destination, and a probe for nobody.
    private static readonly TimeSpan OthersWithin = TimeSpan.FromSeconds(1);

    // Nobody has it, so only who answers everything answers this.
    private const string NobodysPath = "/crashshield-nobody-has-this-path";

    // Set by ASP.NET Core's authorization, for the check that it has run.
    private const string AuthorizedByEndpoint = "__AuthorizationMiddlewareWithEndpointInvoked";

    private readonly PathString _path = context.Request.Path;
    private CancellationTokenSource? _others;
    private bool _isReached;
    private bool _isElsewhere;

    /// <summary>Whether the time of a route that takes more paths is over.</summary>
    public bool HasGivenUp => _others is { IsCancellationRequested: true };

    private bool IsCancelled => HasGivenUp || context.RequestAborted.IsCancellationRequested;

    // Routing has chosen it before ours, and not because it takes more paths, or is a page of errors that the request went on to.
    private bool IsRoutedToApplication => _others is null && !_isElsewhere && context.GetEndpoint() is { } endpoint && !ApplicationEndpointsFirst.IsOurs(endpoint);

    // As the stage further in has answered it.
    private RequestFailureFeature? Captured => context.Features.Get<ICapturedFailureFeature>() as RequestFailureFeature;

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

    /// <summary>The request goes to a route of the application's that takes more paths than ours, for a while.</summary>
    public void LeaveToOthers()
    {
        _others = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        _others.CancelAfter(OthersWithin);
        context.RequestAborted = _others.Token;
    }

    /// <inheritdoc/>
    public void Dispose() => _others?.Dispose();

    /// <summary>Answers the request, and finds out whose the path is.</summary>
    public async Task RunAsync()
    {
        var aborted = context.RequestAborted;
        context.Features.Set(this);
        HeldAnswer answer;
        try
        {
            answer = await AskAsync(MaySpeak).ConfigureAwait(false);
            if (_isReached)
            {
                // One that takes GET alone is the application's nevertheless, and HEAD passes it by.
                if (HttpMethods.IsGet(context.Request.Method))
                    route.Take();
            }
            else if (IsRoutedToApplication)
            {
                route.LeaveToApplication();
            }
            else if (await IsForThisPathAsync(answer).ConfigureAwait(false))
            {
                route.LeaveToApplication();
                // Our endpoint, which routing had chosen, has let it pass without an account.
                if (!answer.IsFailed && context.Items.ContainsKey(AuthorizedByEndpoint) && context.GetEndpoint() is { } chosen && ApplicationEndpointsFirst.IsOurs(chosen))
                    answer = await AskAnewAsync().ConfigureAwait(false);
            }
            else if (!aborted.IsCancellationRequested)
            {
                // A client that has gone has not waited for who would have answered.
                route.TryAgain();
            }
        }
        finally
        {
            context.Features.Set<ManagementAttempt>(null);
            context.RequestAborted = aborted;
        }

        if (context.Response.HasStarted || (route.Owner == PathOwner.Application && !_isReached && !HasGivenUp))
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

    private Task<HeldAnswer> AskAnewAsync()
    {
        context.SetEndpoint(null);
        context.Request.RouteValues = [];
        return AskAsync(static () => false);
    }

    // Nothing in front of all paths is a stream of events, and one would be held back until its client goes. What routing has chosen needs not be held back at all.
    private bool MaySpeak()
    {
        _isElsewhere |= context.Request.Path != _path;
        if (!IsRoutedToApplication && !IsEventStream(context.Response))
            return false;

        route.LeaveToApplication();
        _others?.CancelAfter(Timeout.InfiniteTimeSpan);
        return true;
    }

    private static bool IsEventStream(HttpResponse response) =>
        response.ContentType?.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase) == true && response.StatusCode == StatusCodes.Status200OK;

    private async Task<HeldAnswer> AskAsync(Func<bool> maySpeak)
    {
        var path = context.Request.Path;
        var before = Captured;
        var body = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        using var held = new HeldBody(body.Stream, maySpeak);
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(held));
        try
        {
            await next(context).ConfigureAwait(false);
            await context.Response.BodyWriter.FlushAsync().ConfigureAwait(false);
            return HeldAnswer.Of(context.Response, path, held.ToArray(), isFailed: !ReferenceEquals(Captured, before));
        }
        catch (Exception e)
        {
            // Thrown on where it is the application's answer; else it is something in front that cannot bear a probe.
            return HeldAnswer.Of(e);
        }
        finally
        {
            context.Features.Set(body);
            if (!context.Response.HasStarted)
                context.Response.Clear();
        }
    }

    // Who answers, or fails, just so on a path that nobody has stands in front of all paths. One that has run out of time, or whose client has gone, tells nothing.
    private async Task<bool> IsForThisPathAsync(HeldAnswer answer)
    {
        if (!answer.IsFound || context.Response.HasStarted || IsCancelled)
            return false;

        var (path, endpoint, values) = (context.Request.Path, context.GetEndpoint(), context.Request.RouteValues);
        context.SetEndpoint(null);
        context.Request.RouteValues = [];
        context.Request.Path = NobodysPath;
        // A request is reported once: what it fails with further on comes through to here.
        var captured = Captured;
        var isPassedOn = captured?.IsPassedOn == true;
        captured?.IsPassedOn = true;
        _others?.CancelAfter(OthersWithin);
        try
        {
            var nobodys = await AskAsync(static () => false).ConfigureAwait(false);
            return !IsCancelled && !answer.IsLike(nobodys);
        }
        finally
        {
            captured?.IsPassedOn = isPassedOn;
            context.Request.Path = path;
            context.Request.RouteValues = values;
            context.SetEndpoint(endpoint);
        }
    }
}
