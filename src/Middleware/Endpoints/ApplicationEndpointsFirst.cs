using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Matching;
using Microsoft.AspNetCore.Routing.Patterns;

namespace CrashShield.Middleware.Endpoints;

/// <summary>
/// Gives way where the application has an endpoint of its own on one of our paths: two equal matches would otherwise fail every
/// request to it. A route with parameters is no equal: its match is less exact. It has a try while it is to be found out whose a path is, and keeps what it serves: a proxy's destination may.
/// </summary>
internal sealed class ApplicationEndpointsFirst(ManagementRoutes routes) : MatcherPolicy, IEndpointSelectorPolicy
{
    // After the framework's policies have ruled out other methods and hosts.
    public override int Order => 10_000;

    // Where ours is the only one, too: the application may serve the path by middleware, and what our endpoint allows (no account, no metric, no limit) is not for that.
    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) => endpoints.Any(IsOurs);

    public Task ApplyAsync(HttpContext httpContext, CandidateSet candidates)
    {
        var isApplications = routes.Find(httpContext.Request.Path) is { Owner: PathOwner.Application };
        for (var i = 0; i < candidates.Count; i++)
        {
            if (candidates.IsValidCandidate(i) && IsOurs(candidates[i].Endpoint) && (isApplications || HasApplicationsEqual(candidates, candidates[i].Score) || IsForOthers(httpContext, candidates)))
                candidates.SetValidity(i, false);
        }

        return Task.CompletedTask;
    }

    private static bool IsForOthers(HttpContext context, CandidateSet candidates)
    {
        if (context.Features.Get<ManagementAttempt>() is not { } attempt)
            return false;

        var isThere = false;
        for (var i = 0; i < candidates.Count; i++)
        {
            if (!candidates.IsValidCandidate(i) || IsOurs(candidates[i].Endpoint))
                continue;
            if (!TakesMore(candidates[i].Endpoint))
                return false;
            isThere = true;
        }

        if (isThere)
            attempt.LeaveToOthers();
        return isThere;
    }

    // A catch-all, or a route that begins as ours does (/healthz/{probe}). One whose first segment is a parameter would hold up probes with whatever it does for a name. A fallback is for what nobody serves.
    private static bool TakesMore(Endpoint endpoint) => endpoint is RouteEndpoint
    {
        Order: < int.MaxValue,
        RoutePattern.PathSegments: [.., { Parts: [RoutePatternParameterPart { IsCatchAll: true }] }] or [{ Parts: [RoutePatternLiteralPart] }, .., { Parts: [RoutePatternParameterPart] }],
    };

    private static bool HasApplicationsEqual(CandidateSet candidates, int score)
    {
        for (var i = 0; i < candidates.Count; i++)
        {
            if (candidates.IsValidCandidate(i) && !IsOurs(candidates[i].Endpoint) && (candidates[i].Score == score || IsConventional(candidates[i].Endpoint)))
                return true;
        }

        return false;
    }

    // The route of a controller that is called so: its first segment stands for the controller, or the page, and matches no other.
    private static bool IsConventional(Endpoint endpoint) =>
        endpoint is RouteEndpoint { RoutePattern: { RequiredValues.Count: > 0, PathSegments: [{ Parts: [RoutePatternParameterPart parameter] }, ..] } pattern } && pattern.RequiredValues.ContainsKey(parameter.Name);

    internal static bool IsOurs(Endpoint endpoint) => endpoint.Metadata.GetMetadata<Marker>() is not null;

    /// <summary>Metadata of our endpoints.</summary>
    internal sealed class Marker
    {
        public static readonly Marker Instance = new();
    }
}
