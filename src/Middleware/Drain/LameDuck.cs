using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace CrashShield.Middleware.Drain;

internal static class LameDuck
{
    /// <summary>Has the answer close its connection: <c>Connection: close</c>, or GOAWAY for HTTP/2.</summary>
    public static void Close(HttpContext context) =>
        (context.Features[typeof(IConnectionLifetimeNotificationFeature)] as IConnectionLifetimeNotificationFeature)?.RequestClose();
}
