using CrashShield.Middleware.Endpoints;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;

namespace CrashShield.Middleware.Exceptions;

/// <summary>Who has ended a request before its answer.</summary>
internal static class GivenUp
{
    /// <summary>Whether the client has gone.</summary>
    public static bool ByClient(HttpContext context) => context.RequestAborted.IsCancellationRequested && !ByTimeout(context);

    /// <summary>Whether the client has gone, and an exception is what comes of that.</summary>
    public static bool ByClient(HttpContext context, Exception exception) =>
        // A reset is thrown to the reader of the body before the request is marked as aborted.
        exception is ConnectionResetException || (ByClient(context) && ClientGoneExceptions.Include(exception));

    /// <summary>Whether somebody further out has, who has put a token of its own in the place of the one that tells of the client, and has an answer of its own.</summary>
    public static bool ByTimeout(HttpContext context) =>
        context.Features[typeof(IHttpRequestTimeoutFeature)] is IHttpRequestTimeoutFeature { RequestTimeoutToken.IsCancellationRequested: true }
        || context.Features[typeof(ManagementAttempt)] is ManagementAttempt { HasGivenUp: true };
}
