using System.Data.Common;
using System.Net.Sockets;
using System.Net.WebSockets;

namespace CrashShield.Middleware.Exceptions;

/// <summary>
/// What code that was waiting throws when the client of its request has left: the cancellation itself, or what a driver or a client library makes of it. Anything else is a failure of its own, whether or
/// not somebody still waits for the answer.
/// </summary>
internal static class ClientGoneExceptions
{
    // Deeper than any library wraps.
    private const int MaxDepth = 16;

    public static bool Include(Exception exception) => Include(exception, MaxDepth);

    private static bool Include(Exception? exception, int depth) => exception switch
    {
        null => false,
        _ when depth == 0 => false,
        OperationCanceledException or IOException or SocketException or WebSocketException or DbException or HttpRequestException => true,
        // One that failed for another reason is the failure.
        AggregateException all => all.InnerExceptions.Count > 0 && all.InnerExceptions.All(one => Include(one, depth - 1)),
        _ => Include(exception.InnerException, depth - 1),
    };
}
