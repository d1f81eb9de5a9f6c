using System.Text;
using Microsoft.AspNetCore.Http;

namespace CrashShield.Middleware.Exceptions;

internal static class TextBody
{
    public static Task WriteAsync(HttpResponse response, string contentType, string text) =>
        WriteAsync(response, contentType, Encoding.UTF8.GetBytes(text));

    public static async Task WriteAsync(HttpResponse response, string contentType, byte[] bytes)
    {
        response.ContentType = contentType;
        response.ContentLength = bytes.Length;
        // The answer to HEAD is the headers alone.
        if (!HttpMethods.IsHead(response.HttpContext.Request.Method))
            await response.Body.WriteAsync(bytes).ConfigureAwait(false);
    }
}
