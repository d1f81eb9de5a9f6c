using CrashShield.Hosting.Drain;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace CrashShield.Middleware.Drain;

internal static class LameDuck
{
    // RFC 7838, 3: alternatives that were named before are not to be used any more.
    private const string NoAlternatives = "clear";

    private const string WebSocket = "websocket";
    private const string EventStream = "text/event-stream";

    /// <summary>Has the answer close its connection: <c>Connection: close</c>, or GOAWAY for HTTP/2; and sends nobody on to HTTP/3, whose port ends with this process.</summary>
    public static void Close(HttpContext context, ServingState serving)
    {
        (context.Features[typeof(IConnectionLifetimeNotificationFeature)] as IConnectionLifetimeNotificationFeature)?.RequestClose();
        if (serving.SpeaksHttp3 && !context.Response.HasStarted)
            context.Response.Headers.AltSvc = NoAlternatives;
    }

    /// <summary>
    /// Whether the request begins what does not end by itself: server-sent events, a WebSocket, a connection of SignalR. It would be ended at once, and its client come back to this process at
    /// once, again and again.
    /// </summary>
    public static bool IsNewStream(HttpContext context) => IsWebSocket(context) || IsEventStream(context.Request) || IsNegotiation(context);

    /// <summary>Whether the client asks for server-sent events. One that names them beside others in a POST is content with a response that ends.</summary>
    public static bool IsEventStream(HttpRequest request) => HttpMethods.IsGet(request.Method) && Contains(request.Headers.Accept, EventStream);

    private static bool IsWebSocket(HttpContext context) => context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true }
        || (context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } && Contains(context.Request.Headers.Upgrade, WebSocket));

    // Refused its WebSocket alone, the client would go on to long polling.
    private static bool IsNegotiation(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<NegotiateMetadata>() is not null;

    private static bool Contains(StringValues header, string word)
    {
        foreach (var value in header)
        {
            if (value?.Contains(word, StringComparison.OrdinalIgnoreCase) == true)
                return true;
        }

        return false;
    }
}
