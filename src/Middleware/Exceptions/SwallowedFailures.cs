using Microsoft.AspNetCore.Http;

namespace CrashShield.Middleware.Exceptions;

/// <summary>Failures that a framework further in has answered and logged by itself, and that only the request still tells of once it has ended.</summary>
/// <param name="find">Finds such a failure and the HTTP status that stands for its answer; <see langword="null"/> where there is no such framework.</param>
internal sealed class SwallowedFailures(Func<HttpContext, (Exception Exception, int StatusCode)?>? find)
{
    public (Exception Exception, int StatusCode)? Of(HttpContext context) => find?.Invoke(context);
}
