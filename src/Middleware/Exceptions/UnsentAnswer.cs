using Microsoft.AspNetCore.Http;

namespace CrashShield.Middleware.Exceptions;

/// <summary>Bytes of a response that has not begun, which the server holds already: they cannot be taken back, nor an answer be put behind them. Where middleware holds the body, they can.</summary>
internal static class UnsentAnswer
{
    /// <summary>How many there are.</summary>
    /// <param name="response">A response that has not begun.</param>
    public static long Bytes(HttpResponse response) => response.BodyWriter is { CanGetUnflushedBytes: true } writer ? writer.UnflushedBytes : 0;

    /// <summary>Lets them go to a body that middleware further out holds back, and that can be emptied.</summary>
    /// <returns>False where the server has them.</returns>
    public static async ValueTask<bool> TryTakeBackAsync(HttpResponse response)
    {
        if (!response.Body.CanSeek)
            return false;
        await response.BodyWriter.FlushAsync().ConfigureAwait(false);
        return true;
    }

    /// <summary>Makes them the body of an answer with the failure's status, so that what is sent is whole and nobody takes it for what it was to be.</summary>
    /// <param name="response">A response that has not begun.</param>
    /// <param name="statusCode">The status.</param>
    /// <param name="unsent">How many there are.</param>
    public static void Frame(HttpResponse response, int statusCode, long unsent)
    {
        response.Headers.Clear();
        response.StatusCode = statusCode;
        response.ContentLength = unsent;
    }
}
