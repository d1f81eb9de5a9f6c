using System.Text;
using Microsoft.AspNetCore.Http;

namespace CrashShield.Middleware.Management;

/// <summary>What of a request's head matters to the management endpoints.</summary>
internal readonly record struct ManagementRequest(string Method, string Path, string Accept)
{
    public bool IsReading => HttpMethods.IsGet(Method) || HttpMethods.IsHead(Method);

    /// <summary>Reads a request line and headers (RFC 9112, sections 3 and 5).</summary>
    /// <returns>Null for anything else.</returns>
    public static ManagementRequest? Parse(ReadOnlySpan<byte> head)
    {
        var lines = Encoding.Latin1.GetString(head).Split("\r\n");
        if (lines[0].Split(' ') is not [{ Length: > 0 } method, var target, "HTTP/1.1" or "HTTP/1.0"] || PathOf(target) is not { } path)
            return null;

        var accept = new StringBuilder();
        foreach (var line in lines.AsSpan(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (line.Length > 0 && colon <= 0)
                return null;
            if (line.StartsWith("Accept:", StringComparison.OrdinalIgnoreCase))
                accept.Append(line.AsSpan(colon + 1)).Append(',');
        }

        return new(method, path, accept.ToString());
    }

    // As proxies write it, the target has scheme and host before the path.
    private static string? PathOf(string target)
    {
        if (target.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
            return Uri.TryCreate(target, UriKind.Absolute, out var address) ? address.AbsolutePath : null;
        return target.StartsWith('/') ? target.Split('?')[0] : null;
    }
}
