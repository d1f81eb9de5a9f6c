using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Matching;
using Microsoft.AspNetCore.Routing.Patterns;

namespace CrashShield.Middleware.Endpoints;

/// <summary>
/// Gives way where the application has an endpoint of its own on one of our paths: two equal matches would otherwise fail every
/// request to it. A catch-all is no equal: its match is less exact. It has a try while it is to be found out whose a path is, and keeps what it serves: a proxy's destination may.
/// </summary>
internal sealed class ApplicationEndpointsFirst(ManagementRoutes routes) : MatcherPolicy, IEndpointSelectorPolicy
{
    // After the framework's policies have ruled out other methods and hosts.
    public override int Order => 10_000;

    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) => endpoints.Count > 1 && endpoints.Any(IsOurs);

    public Task ApplyAsync(HttpContext httpContext, CandidateSet candidates)
    {
        for (var i = 0; i < candidates.Count; i++)
        {
            if (candidates.IsValidCandidate(i) && IsOurs(candidates[i].Endpoint) && (HasApplicationsEqual(candidates, candidates[i].Score) || IsForCatchAll(httpContext, candidates)))
                candidates.SetValidity(i, false);
        }

        return Task.CompletedTask;
    }

    private bool IsForCatchAll(HttpContext context, CandidateSet candidates)
    {
        var attempt = context.Features.Get<ManagementAttempt>();
        if (attempt is null && routes.Find(context.Request.Path) is not { Owner: PathOwner.Application })
            return false;

        var isThere = false;
        for (var i = 0; i < candidates.Count; i++)
        {
            if (!candidates.IsValidCandidate(i) || IsOurs(candidates[i].Endpoint))
                continue;
            if (!IsCatchAll(candidates[i].Endpoint))
                return false;
            isThere = true;
        }

        if (isThere)
            attempt?.LeaveToCatchAll();
        return isThere;
    }

    // A fallback is for what nobody serves.
    private static bool IsCatchAll(Endpoint endpoint) =>
        endpoint is RouteEndpoint { Order: < int.MaxValue, RoutePattern.PathSegments: [.., { Parts: [RoutePatternParameterPart { IsCatchAll: true }] }] };

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
