using CrashShield.Hosting.Drain;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace CrashShield.Middleware.Drain;

internal static class LameDuck
{
    // RFC 7838, 3: alternatives that were named before are not to be used any more.
    private const string NoAlternatives = "clear";

    /// <summary>Has the answer close its connection: <c>Connection: close</c>, or GOAWAY for HTTP/2; and sends nobody on to HTTP/3, whose port ends with this process.</summary>
    public static void Close(HttpContext context, ServingState serving)
    {
        (context.Features[typeof(IConnectionLifetimeNotificationFeature)] as IConnectionLifetimeNotificationFeature)?.RequestClose();
        if (serving.SpeaksHttp3)
            context.Response.Headers.AltSvc = NoAlternatives;
    }
}
