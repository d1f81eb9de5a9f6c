using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace CrashShield.Middleware.Endpoints;

/// <summary>An answer that has not been sent yet.</summary>
internal sealed class HeldAnswer(int statusCode, KeyValuePair<string, StringValues>[] headers, byte[] body)
{
    /// <summary>Whether somebody has meant it for the path: well, not well, or too many. Anything else, a redirect say, may come from what stands in front of all paths.</summary>
    public bool IsSpoken => statusCode is (>= 200 and < 300) or StatusCodes.Status503ServiceUnavailable or StatusCodes.Status429TooManyRequests;

    public static HeldAnswer Of(HttpResponse response, MemoryStream body) => new(response.StatusCode, [.. response.Headers], body.ToArray());

    public Task SendAsync(HttpResponse response)
    {
        response.StatusCode = statusCode;
        foreach (var (name, value) in headers)
            response.Headers[name] = value;
        return body.Length == 0 ? Task.CompletedTask : response.Body.WriteAsync(body, 0, body.Length);
    }
}
