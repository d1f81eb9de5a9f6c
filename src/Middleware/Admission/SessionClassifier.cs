using CrashShield.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace CrashShield.Middleware.Admission;

internal sealed class SessionClassifier(IOptions<CrashShieldOptions> options) : ISessionClassifier
{
    private readonly string[] _cookies = [.. options.Value.Admission.SessionCookies];

    public bool IsNewSession(HttpContext context) => context.Request.Headers.Authorization.Count == 0 && !HasSessionCookie(context.Request.Headers.Cookie.ToString());

    // Not through Request.Cookies, which parses all of them into a dictionary.
    private bool HasSessionCookie(ReadOnlySpan<char> header)
    {
        foreach (var range in header.Split(';'))
        {
            var cookie = header[range].TrimStart();
            foreach (var name in _cookies)
            {
                if (cookie.StartsWith(name, StringComparison.Ordinal))
                    return true;
            }
        }

        return false;
    }
}
