using Microsoft.AspNetCore.Http;

namespace CrashShield.Middleware.Exceptions;

/// <summary>
/// Tells whether the client has, or will have, a whole answer though the application failed after it had begun. A cut would take from it what the server delivers by itself: a connection is reset, and with it
/// goes what the client has not read yet.
/// </summary>
internal static class WholeAnswer
{
    /// <summary>Whether an answer that has begun is complete, or the server finds out by itself that it is not.</summary>
    /// <param name="context">The request.</param>
    public static bool IsSent(HttpContext context) =>
        // With a length, the server cuts where less than that was written.
        HasNoBody(context) || context.Response.ContentLength is not null || IsCompleted(context.Response);

    /// <summary>Bytes that the server holds already: they cannot be taken back, nor an answer be put behind them.</summary>
    /// <param name="response">A response that has not begun.</param>
    public static long UnsentBytes(HttpResponse response) => response.BodyWriter is { CanGetUnflushedBytes: true } writer ? writer.UnflushedBytes : 0;

    /// <summary>Makes them the body of an answer with the failure's status, so that what is sent is whole and nobody takes it for what it was to be.</summary>
    /// <param name="response">A response that has not begun.</param>
    /// <param name="statusCode">The status.</param>
    /// <param name="unsent">How many there are.</param>
    public static void FrameUnsent(HttpResponse response, int statusCode, long unsent)
    {
        response.Headers.Clear();
        response.StatusCode = statusCode;
        response.ContentLength = unsent;
    }

    // RFC 9110, section 6.4.1.
    private static bool HasNoBody(HttpContext context) =>
        HttpMethods.IsHead(context.Request.Method) || context.Response.StatusCode is StatusCodes.Status204NoContent or StatusCodes.Status304NotModified;

    private static bool IsCompleted(HttpResponse response)
    {
        try
        {
            response.BodyWriter.GetMemory();
            return false;
        }
        catch (InvalidOperationException)
        {
            // The application has called CompleteAsync().
            return true;
        }
    }
}
