using Microsoft.AspNetCore.Http;

namespace CrashShield.Middleware.Endpoints;

/// <summary>By what a guard in front of the application, whatever it is, may know who asks.</summary>
internal static class Account
{
    private static readonly string[] Names = ["auth", "key", "token"];

    public static bool MayBeIn(HttpContext context)
    {
        var request = context.Request;
        if (request.QueryString.HasValue || request.Headers.Cookie.Count > 0 || context.Connection.ClientCertificate is not null)
            return true;
        foreach (var header in request.Headers)
        {
            if (Array.Exists(Names, name => header.Key.Contains(name, StringComparison.OrdinalIgnoreCase)))
                return true;
        }

        return false;
    }
}
