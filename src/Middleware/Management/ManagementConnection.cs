using System.Buffers;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace CrashShield.Middleware.Management;

/// <summary>
/// Answers one request of HTTP/1.1 and closes. Never waits, so that one thread serves many: it goes on whenever it is asked to, as far as it can. For probes and scrapers: no body is read,
/// nothing is kept alive.
/// </summary>
internal sealed class ManagementConnection : IDisposable
{
    public const int MaxHead = 8 * 1024;

    // The head of a probe comes in one piece; who takes longer keeps others waiting.
    private static readonly TimeSpan HeadWithin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HeadWithinWhenOthersWait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan SendWithin = TimeSpan.FromSeconds(5);

    // Then the others have their turn.
    private const int SendAtOnce = 256 * 1024;

    private readonly Socket _socket;
    private readonly Func<ManagementRequest, Task<ManagementAnswer>> _ask;
    private readonly Action<Exception> _onFailure;
    private readonly TimeProvider _time;
    private readonly byte[] _head = ArrayPool<byte>.Shared.Rent(MaxHead);
    private int _length;
    private long _since;
    private ManagementRequest? _request;
    private Task<ManagementAnswer>? _asked;
    private Action? _whenSent;
    private ReadOnlyMemory<byte> _sending;
    private ReadOnlyMemory<byte> _body;

    public ManagementConnection(Socket socket, Func<ManagementRequest, Task<ManagementAnswer>> ask, Action<Exception> onFailure, TimeProvider time)
    {
        (_socket, _ask, _onFailure, _time) = (socket, ask, onFailure, time);
        _since = time.GetTimestamp();
        socket.Blocking = false;
    }

    public Socket Socket => _socket;

    public ManagementStage Stage { get; private set; }

    private TimeSpan Elapsed => _time.GetElapsedTime(_since);

    /// <summary>Goes on as far as it can. What the client does wrong or not at all ends it; it throws nothing.</summary>
    /// <param name="othersWait">Whether there is no room for more connections.</param>
    public void Advance(bool othersWait)
    {
        try
        {
            if (Stage == ManagementStage.Head)
                ReadHead(othersWait);
            if (Stage == ManagementStage.Answer)
                TakeAnswer();
            if (Stage == ManagementStage.Send)
                Send();
            if (Stage == ManagementStage.Rest)
                DropRest(othersWait);
        }
        catch (SocketException)
        {
            // The client has left.
            Stage = ManagementStage.End;
        }
        catch (Exception e)
        {
            _onFailure(e);
            Stage = ManagementStage.End;
        }
    }

    public void Dispose()
    {
        _whenSent?.Invoke();
        if (Stage == ManagementStage.Answer)
            Abandon();
        _socket.Dispose();
        ArrayPool<byte>.Shared.Return(_head);
    }

    private void ReadHead(bool othersWait)
    {
        while (_length < MaxHead)
        {
            if (!TryReceive(_head.AsSpan(_length, MaxHead - _length), out var received))
            {
                // What came meanwhile counts, however late this thread got its turn.
                if (IsLate(othersWait))
                    Refuse(StatusCodes.Status408RequestTimeout);
                return;
            }

            if (received == 0)
            {
                Stage = ManagementStage.End;
                return;
            }

            _length += received;
            var end = _head.AsSpan(0, _length).IndexOf("\r\n\r\n"u8);
            if (end >= 0)
            {
                Take(_head.AsSpan(0, end + 2));
                return;
            }
        }

        Refuse(StatusCodes.Status431RequestHeaderFieldsTooLarge);
    }

    private void Take(ReadOnlySpan<byte> head)
    {
        _request = ManagementRequest.Parse(head);
        if (_request is not { } request)
        {
            Refuse(StatusCodes.Status400BadRequest);
            return;
        }

        (Stage, _since) = (ManagementStage.Answer, _time.GetTimestamp());
        try
        {
            _asked = _ask(request);
        }
        catch (Exception e)
        {
            _asked = Task.FromException<ManagementAnswer>(e);
        }
    }

    private void TakeAnswer()
    {
        if (_asked!.IsCompletedSuccessfully)
        {
            Begin(_asked.GetAwaiter().GetResult());
        }
        else if (_asked.IsCompleted)
        {
            _onFailure(_asked.Exception!.InnerException!);
            Begin(ManagementAnswers.Of(StatusCodes.Status500InternalServerError, "This could not be collected; the log says why."));
        }
        else if (Elapsed >= ManagementMetrics.Within)
        {
            Abandon();
            Begin(ManagementMetrics.Late);
        }
    }

    // Where a collection hangs, its place is gone for as long, or each further scrape would leave one more behind.
    private void Abandon() => _asked!.ContinueWith(
        static asked => asked.GetAwaiter().GetResult().WhenSent?.Invoke(), CancellationToken.None,
        TaskContinuationOptions.OnlyOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    private void Refuse(int statusCode) => Begin(ManagementAnswers.Of(statusCode, ReasonPhrases.GetReasonPhrase(statusCode)));

    private void Begin(ManagementAnswer answer)
    {
        _whenSent = answer.WhenSent;
        var allow = answer.StatusCode == StatusCodes.Status405MethodNotAllowed ? "Allow: GET, HEAD\r\n" : "";
        var head = FormattableString.Invariant(
            $"HTTP/1.1 {answer.StatusCode} {ReasonPhrases.GetReasonPhrase(answer.StatusCode)}\r\nContent-Type: {answer.ContentType}\r\n") +
            FormattableString.Invariant($"Content-Length: {answer.Body.Length}\r\nCache-Control: no-store\r\n{allow}Connection: close\r\n\r\n");
        _sending = Encoding.ASCII.GetBytes(head);
        _body = _request is { } request && HttpMethods.IsHead(request.Method) ? default : answer.Body;
        _socket.NoDelay = true;
        (Stage, _since) = (ManagementStage.Send, _time.GetTimestamp());
    }

    private void Send()
    {
        for (var left = SendAtOnce; left > 0 && !_sending.IsEmpty;)
        {
            var sent = _socket.Send(_sending.Span[..Math.Min(_sending.Length, left)], SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock)
            {
                // A client that reads drop by drop is no better than one that does not: the time is for the whole.
                if (Elapsed >= SendWithin)
                    Stage = ManagementStage.End;
                return;
            }

            ThrowUnless(error == SocketError.Success, error);
            left -= sent;
            _sending = _sending[sent..];
            if (_sending.IsEmpty)
                (_sending, _body) = (_body, default);
        }

        if (!_sending.IsEmpty)
            return;

        _socket.Shutdown(SocketShutdown.Send);
        (Stage, _since) = (_request is { IsReading: true } ? ManagementStage.End : ManagementStage.Rest, _time.GetTimestamp());
    }

    // Closing with bytes unread resets the connection, and the client may lose the answer.
    private void DropRest(bool othersWait)
    {
        while (TryReceive(_head, out var received))
        {
            if (received > 0 && !IsLate(othersWait))
                continue;
            Stage = ManagementStage.End;
            return;
        }

        if (IsLate(othersWait))
            Stage = ManagementStage.End;
    }

    private bool IsLate(bool othersWait) => Elapsed >= (othersWait ? HeadWithinWhenOthersWait : HeadWithin);

    // False when nothing has come yet; 0 bytes when nothing will.
    private bool TryReceive(Span<byte> into, out int received)
    {
        received = _socket.Receive(into, SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock)
            return false;
        ThrowUnless(error == SocketError.Success, error);
        return true;
    }

    private static void ThrowUnless(bool isSo, SocketError error)
    {
        if (!isSo)
            throw new SocketException((int)error);
    }
}
