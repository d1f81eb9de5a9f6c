using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace CrashShield.Load;

/// <summary>One keep-alive connection with one request at a time. It connects when it has to.</summary>
/// <param name="target">Where to.</param>
/// <param name="looksBefore">Whether it looks, before it sends on a connection that was idle, whether the server has ended it, as clients do (RFC 9112, section 9.6) and a test for connections that die does not.</param>
public sealed class LoadConnection(Target target, bool looksBefore = false) : IDisposable
{
    private const int ServiceUnavailable = 503;

    private readonly byte[] _buffer = new byte[16_384];
    private readonly AnswerReader _answer = new();
    private Socket? _socket;
    private Stream? _stream;
    private bool _hasAnswered;

    public int Status => _answer.Status;

    /// <summary>What a whole response with a status is, where one is expected.</summary>
    public static Outcome OutcomeOf(int status, int expectedStatus) =>
        status == expectedStatus ? Outcome.Ok : status == ServiceUnavailable ? Outcome.Shed : Outcome.WrongStatus;

    /// <summary>Sends a request and waits for the whole answer.</summary>
    public async ValueTask<Outcome> SendAsync(ReadOnlyMemory<byte> request, int expectedStatus, CancellationToken cancellationToken = default)
    {
        try
        {
            _answer.Reset();
            if (!await OpenAsync(cancellationToken).ConfigureAwait(false))
                return Outcome.Refused;

            await _stream!.WriteAsync(request, cancellationToken).ConfigureAwait(false);
            if (!await ReadAsync(_stream, cancellationToken).ConfigureAwait(false))
                return Died();
        }
        catch (Exception e) when (e is IOException or InvalidDataException or AuthenticationException)
        {
            return Died();
        }

        _hasAnswered = true;
        if (_answer.Closes)
            Close();
        return OutcomeOf(_answer.Status, expectedStatus);
    }

    /// <summary>Connects when it is not.</summary>
    /// <returns>False when nobody accepts.</returns>
    public async ValueTask<bool> OpenAsync(CancellationToken cancellationToken = default)
    {
        // Nothing is due on an idle connection: what can be read is its end.
        if (looksBefore && _socket?.Poll(TimeSpan.Zero, SelectMode.SelectRead) == true)
            Close();
        return _stream is not null || await ConnectAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends a request whose answer nobody waits for.</summary>
    public async ValueTask BeginAsync(ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        if (!await OpenAsync(cancellationToken).ConfigureAwait(false))
            throw new IOException("The connection was refused.");
        await _stream!.WriteAsync(request, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Leaves at once: with a FIN, or with a RST as a client that crashes.</summary>
    public void Abort(bool reset)
    {
        if (reset)
            _socket?.LingerState = new LingerOption(enable: true, seconds: 0);
        Close();
    }

    public void Dispose() => Close();

    private async ValueTask<bool> ConnectAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(target.EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(target.EndPoint, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            socket.Dispose();
            if (e is OperationCanceledException)
                throw;
            return false;
        }

        (_socket, _stream, _hasAnswered) = (socket, new NetworkStream(socket, ownsSocket: true), false);
        if (target.IsTls)
        {
#pragma warning disable CA5359 // A certificate of the drill's own: what is measured is the connection.
            var tls = new SslStream(_stream, leaveInnerStreamOpen: false, static (_, _, _, _) => true);
#pragma warning restore CA5359
            _stream = tls;
            await tls.AuthenticateAsClientAsync("localhost").ConfigureAwait(false);
        }

        return true;
    }

    private async ValueTask<bool> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        while (true)
        {
            var length = await stream.ReadAsync(_buffer.AsMemory(), cancellationToken).ConfigureAwait(false);
            if (length == 0)
                return false;
            if (_answer.Read(_buffer.AsSpan(0, length)))
                return true;
        }
    }

    private Outcome Died()
    {
        var outcome = _answer.HasBegun ? Outcome.Truncated : _hasAnswered ? Outcome.ReusedDied : Outcome.Reset;
        Close();
        return outcome;
    }

    private void Close()
    {
        _stream?.Dispose();
        (_socket, _stream) = (null, null);
    }
}
