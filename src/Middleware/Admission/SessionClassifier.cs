using CrashShield.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Features.Authentication;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace CrashShield.Middleware.Admission;

internal sealed class SessionClassifier(IOptions<CrashShieldOptions> options) : ISessionClassifier
{
    private readonly string[] _cookies = [.. options.Value.Admission.SessionCookies];
    private readonly string[] _headers = [.. options.Value.Admission.SessionHeaders];
    private readonly HashSet<string> _parameters = new(options.Value.Admission.SessionParameters, StringComparer.OrdinalIgnoreCase);

    public bool IsNewSession(HttpContext context)
    {
        var headers = context.Request.Headers;
        return !HasValue(headers.Authorization)
            && !HasSessionCookie(headers.Cookie)
            && !HasSessionHeader(headers)
            && !HasSessionParameter(context.Request.QueryString.Value)
            && context.Features.Get<ITlsConnectionFeature>()?.ClientCertificate is null
            && context.Features.Get<IHttpAuthenticationFeature>()?.User?.Identity?.IsAuthenticated != true;
    }

    // Proxies that speak HTTP/1.1 behind HTTP/2 may send a line for each cookie.
    private bool HasSessionCookie(StringValues lines)
    {
        foreach (var line in lines)
        {
            if (HasSessionCookie(line.AsSpan()))
                return true;
        }

        return false;
    }

    // Not through Request.Cookies, which parses all of them into a dictionary.
    private bool HasSessionCookie(ReadOnlySpan<char> line)
    {
        foreach (var range in line.Split(';'))
        {
            var cookie = line[range].Trim();
            // What has no value is one that was deleted.
            if (cookie.IndexOf('=') is var end && (end < 0 || end == cookie.Length - 1))
                continue;

            foreach (var name in _cookies)
            {
                if (cookie.StartsWith(name, StringComparison.Ordinal))
                    return true;
            }
        }

        return false;
    }

    private bool HasSessionHeader(IHeaderDictionary headers)
    {
        foreach (var name in _headers)
        {
            if (HasValue(headers[name]))
                return true;
        }

        return false;
    }

    private static bool HasValue(StringValues lines)
    {
        foreach (var line in lines)
        {
            if (!string.IsNullOrWhiteSpace(line))
                return true;
        }

        return false;
    }

    private bool HasSessionParameter(ReadOnlySpan<char> query)
    {
        if (query.Length < 2)
            return false;

        foreach (var range in query[1..].Split('&'))
        {
            var parameter = query[1..][range];
            var end = parameter.IndexOf('=');
            if (end > 0 && end < parameter.Length - 1 && _parameters.GetAlternateLookup<ReadOnlySpan<char>>().Contains(parameter[..end]))
                return true;
        }

        return false;
    }
}
