using System.Text;
using Microsoft.AspNetCore.Http;

namespace CrashShield.Middleware.Exceptions;

internal static class TextBody
{
    public static async Task WriteAsync(HttpResponse response, string contentType, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        response.ContentType = contentType;
        response.ContentLength = bytes.Length;
        await response.Body.WriteAsync(bytes).ConfigureAwait(false);
    }
}
