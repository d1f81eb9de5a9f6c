using System.Data.Common;
using System.Net.Sockets;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Connections;

namespace CrashShield.Middleware.Exceptions;

/// <summary>
/// What code that was waiting throws when the client of its request has left: the cancellation itself, or what a driver or a client library makes of it. Anything else is a failure of its own, whether or
/// not somebody still waits for the answer.
/// </summary>
internal static class ClientGoneExceptions
{
    // Deeper than any library wraps, and more than any puts together: the same part may stand at each of many levels.
    private const int MaxDepth = 16;
    private const int Most = 256;

    public static bool Include(Exception exception)
    {
        var left = Most;
        return Include(exception, MaxDepth, ref left);
    }

    /// <summary>Whether it tells of a connection that was reset, which may be that of the request's client.</summary>
    public static bool TellOfReset(Exception exception)
    {
        var (inner, depth) = ((Exception?)exception, MaxDepth);
        while (inner is not (null or ConnectionResetException or WebSocketException { WebSocketErrorCode: WebSocketError.ConnectionClosedPrematurely }) && depth-- > 0)
            inner = inner.InnerException;
        return depth >= 0 && inner is not null;
    }

    private static bool Include(Exception? exception, int depth, ref int left)
    {
        // The answer of another server has ended early: that server's failure, also where a proxy aborts its own request for it.
        if (exception is null or HttpIOException || depth == 0 || left-- <= 0)
            return false;
        if (exception is not AggregateException all)
            return IsOne(exception) || Include(exception.InnerException, depth - 1, ref left);
        // One that failed for another reason is the failure.
        foreach (var one in all.InnerExceptions)
        {
            if (!Include(one, depth - 1, ref left))
                return false;
        }

        return all.InnerExceptions.Count > 0;
    }

    private static bool IsOne(Exception exception) => exception switch
    {
        // The other server has answered, and so has the database: wrong data, a constraint, a conflict, an error in the statement (ISO/IEC 9075-2, SQLSTATE).
        HttpRequestException { StatusCode: not null } or DbException { SqlState: ['2', '2' or '3', ..] or ['4', '0' or '2', ..] } => false,
        OperationCanceledException or IOException or SocketException or WebSocketException or DbException or HttpRequestException => true,
        _ => false,
    };
}
