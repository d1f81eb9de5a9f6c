using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace CrashShield.Middleware.Management;

/// <summary>
/// Answers one request of HTTP/1.1 and closes, with calls that block the thread and need no other. For probes and scrapers: no body is read, nothing is kept alive.
/// </summary>
internal sealed class ManagementConnection(
    Func<ManagementRequest, ManagementAnswer> answer, Func<bool> othersWait, Action<Exception> onFailure, TimeProvider time)
{
    public const int MaxHead = 8 * 1024;

    // The head of a probe comes in one piece; who takes longer keeps others waiting.
    private static readonly TimeSpan HeadWithin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HeadWithinWhenOthersWait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan SendWithin = TimeSpan.FromSeconds(5);

    // Small enough for the kernel to take at once when it says that it takes some: the deadline is looked at in between.
    private const int SendAtOnce = 4 * 1024;

    private readonly byte[] _head = new byte[MaxHead];

    public void Serve(Socket socket)
    {
        var start = time.GetTimestamp();
        var length = ReadHead(socket, start, out var refusal);
        var request = length > 0 ? ManagementRequest.Parse(_head.AsSpan(0, length)) : null;
        if (length > 0 && request is null)
            refusal = StatusCodes.Status400BadRequest;
        if (refusal == 0 && request is null)
            return;

        var whole = request is { } read ? Answer(read) : ManagementAnswers.Of(refusal, ReasonPhrases.GetReasonPhrase(refusal));
        try
        {
            Send(socket, whole, withBody: request is not { } asked || !HttpMethods.IsHead(asked.Method));
        }
        finally
        {
            whole.WhenSent?.Invoke();
        }

        if (request is not { IsReading: true })
            DropRest(socket, start);
    }

    private ManagementAnswer Answer(ManagementRequest request)
    {
        try
        {
            return answer(request);
        }
        catch (Exception e)
        {
            onFailure(e);
            return ManagementAnswers.Of(StatusCodes.Status500InternalServerError, "This could not be collected; the log says why.");
        }
    }

    // How long the head is; 0 with the status that refuses it, or with none when the client has left.
    private int ReadHead(Socket socket, long start, out int refusal)
    {
        var length = 0;
        for (refusal = 0; length < MaxHead;)
        {
            if (!IsReadable(socket, start, hasBegun: length > 0))
            {
                refusal = StatusCodes.Status408RequestTimeout;
                return 0;
            }

            var received = socket.Receive(_head.AsSpan(length));
            if (received == 0)
                return 0;
            length += received;
            var end = _head.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
            if (end >= 0)
                return end + 2;
        }

        refusal = StatusCodes.Status431RequestHeaderFieldsTooLarge;
        return 0;
    }

    private void Send(Socket socket, ManagementAnswer answer, bool withBody)
    {
        var allow = answer.StatusCode == StatusCodes.Status405MethodNotAllowed ? "Allow: GET, HEAD\r\n" : "";
        var head = FormattableString.Invariant(
            $"HTTP/1.1 {answer.StatusCode} {ReasonPhrases.GetReasonPhrase(answer.StatusCode)}\r\nContent-Type: {answer.ContentType}\r\n") +
            FormattableString.Invariant($"Content-Length: {answer.Body.Length}\r\nCache-Control: no-store\r\n{allow}Connection: close\r\n\r\n");
        socket.SendTimeout = (int)SendWithin.TotalMilliseconds;
        socket.NoDelay = true;
        var start = time.GetTimestamp();
        SendAll(socket, Encoding.ASCII.GetBytes(head), start);
        if (withBody)
            SendAll(socket, answer.Body.Span, start);
        socket.Shutdown(SocketShutdown.Send);
    }

    // A client that reads drop by drop is no better than one that does not: the deadline is for the whole.
    private void SendAll(Socket socket, ReadOnlySpan<byte> bytes, long start)
    {
        while (!bytes.IsEmpty)
        {
            var left = SendWithin - time.GetElapsedTime(start);
            if (left <= TimeSpan.Zero || !socket.Poll(left, SelectMode.SelectWrite))
                throw new SocketException((int)SocketError.TimedOut);
            bytes = bytes[socket.Send(bytes[..Math.Min(bytes.Length, SendAtOnce)])..];
        }
    }

    // Closing with bytes unread resets the connection, and the client may lose the answer.
    private void DropRest(Socket socket, long start)
    {
        while (IsReadable(socket, start, hasBegun: true) && socket.Receive(_head.AsSpan()) > 0)
        {
        }
    }

    private bool IsReadable(Socket socket, long start, bool hasBegun)
    {
        // What came meanwhile counts, however late this thread got its turn.
        if (!hasBegun && socket.Poll(TimeSpan.Zero, SelectMode.SelectRead))
            return true;

        while (true)
        {
            var elapsed = time.GetElapsedTime(start);
            if (elapsed >= HeadWithin || (elapsed >= HeadWithinWhenOthersWait && othersWait()))
                return false;
            if (socket.Poll(HeadWithinWhenOthersWait, SelectMode.SelectRead))
                return true;
        }
    }
}
