using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace CrashShield.Middleware.Admission;

/// <summary>
/// What requests of another origin's scripts need. A browser asks beforehand, without cookie or header, so that nobody can tell whose session it is for; and it shows a script no answer, not even a
/// refusal, without the headers that the application's CORS middleware adds. Anybody may send such a request: the exceptions hold where that middleware is known to answer, and for a bounded number a second.
/// </summary>
/// <param name="services">The application's own; without it there is no CORS. Much registers it that does not use it, controllers for one.</param>
/// <param name="time">The clock.</param>
internal sealed class CrossOrigin(IEnumerable<ICorsService> services, TimeProvider time)
{
    private const int MostPreflights = 200;
    private const int MostRefusals = 200;

    // Of each, while nobody knows whether there is a CORS middleware: an answer to one of them tells.
    private const int MostTrials = 10;

    private readonly bool _isPossible = services.Any();
    private readonly PerSecond _preflights = new(time);
    private readonly PerSecond _refusals = new(time);
    private bool _isUsed;

    /// <summary>Whether a browser asks what it may send, and is to be let in. The CORS middleware answers it by itself, at next to no cost.</summary>
    /// <param name="request">The request.</param>
    /// <param name="endpoint">Its endpoint, if it has one.</param>
    public bool IncludePreflight(HttpRequest request, Endpoint? endpoint) =>
        _isPossible && IsPreflight(request) && _preflights.TryPass(IsUsed(endpoint) ? MostPreflights : MostTrials);

    /// <summary>The endpoint in whose place a refusal has to be written: behind the application's CORS middleware, which alone knows the policy.</summary>
    /// <param name="context">The request.</param>
    /// <returns><see langword="null"/> when nobody needs the headers, nobody would add them, or no endpoint would be reached.</returns>
    public Endpoint? PlaceOf(HttpContext context) =>
        _isPossible && IsCrossOrigin(context.Request) && !IsPreflight(context.Request) && context.GetEndpoint() is { RequestDelegate: not null } endpoint
        && _refusals.TryPass(IsUsed(endpoint) ? MostRefusals : MostTrials) ? endpoint : null;

    /// <summary>Looks at an answer: its headers tell whether there is a CORS middleware.</summary>
    /// <param name="context">A request that has been answered.</param>
    public void Learn(HttpContext context)
    {
        if (_isPossible && !Volatile.Read(ref _isUsed) && IsCrossOrigin(context.Request) && context.Response.Headers.AccessControlAllowOrigin.Count > 0)
            Volatile.Write(ref _isUsed, true);
    }

    /// <summary>Looks at the answer to a request that is refused further in, once it has its headers.</summary>
    /// <param name="context">The request, before it goes on.</param>
    public void LearnFromRefusal(HttpContext context)
    {
        if (!Volatile.Read(ref _isUsed))
            LearnOnStarting(context);
    }

    // Registered before that of the CORS middleware, it runs after it. Out of line: the lambda would be allocated for with each refusal.
    private void LearnOnStarting(HttpContext context) => context.Response.OnStarting(() =>
    {
        Learn(context);
        return Task.CompletedTask;
    });

    private bool IsUsed(Endpoint? endpoint) =>
        Volatile.Read(ref _isUsed) || endpoint?.Metadata.GetMetadata<ICorsPolicyMetadata>() is not null || endpoint?.Metadata.GetMetadata<IEnableCorsAttribute>() is not null;

    // The CORS middleware would answer it by itself, and the refusal behind it never be reached.
    private static bool IsPreflight(HttpRequest request) =>
        HttpMethods.IsOptions(request.Method) && IsCrossOrigin(request) && request.Headers.ContainsKey(HeaderNames.AccessControlRequestMethod);

    private static bool IsCrossOrigin(HttpRequest request) => request.Headers.Origin.Count > 0;
}
