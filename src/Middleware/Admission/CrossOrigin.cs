using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace CrashShield.Middleware.Admission;

/// <summary>
/// What requests of another origin's scripts need. A browser asks beforehand, without cookie or header, so that nobody can tell whose session it is for; and it shows a script no answer, not even a
/// refusal, without the headers that the application's CORS middleware adds.
/// </summary>
/// <param name="services">The application's own; without it there is no CORS.</param>
internal sealed class CrossOrigin(IEnumerable<ICorsService> services)
{
    private readonly bool _isUsed = services.Any();

    /// <summary>Whether a browser asks what it may send. The CORS middleware answers it by itself, at next to no cost.</summary>
    /// <param name="request">The request.</param>
    public bool IsPreflight(HttpRequest request) =>
        _isUsed && HttpMethods.IsOptions(request.Method) && request.Headers.Origin.Count > 0 && request.Headers.ContainsKey(HeaderNames.AccessControlRequestMethod);

    /// <summary>The endpoint in whose place a refusal has to be written: behind the application's CORS middleware, which alone knows the policy.</summary>
    /// <param name="context">The request.</param>
    /// <returns><see langword="null"/> when nobody needs the headers, or no endpoint would be reached.</returns>
    public Endpoint? PlaceOf(HttpContext context) =>
        _isUsed && context.Request.Headers.Origin.Count > 0 && context.GetEndpoint() is { RequestDelegate: not null } endpoint ? endpoint : null;
}
