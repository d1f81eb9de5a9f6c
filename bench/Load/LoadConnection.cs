using System.Net.Sockets;

namespace CrashShield.Load;

/// <summary>One keep-alive connection with one request at a time. It connects when it has to.</summary>
public sealed class LoadConnection(Target target) : IDisposable
{
    private readonly byte[] _buffer = new byte[16_384];
    private readonly AnswerReader _answer = new();
    private Socket? _socket;
    private bool _hasAnswered;

    public int Status => _answer.Status;

    /// <summary>Sends a request and waits for the whole answer.</summary>
    public async ValueTask<Outcome> SendAsync(ReadOnlyMemory<byte> request, int expectedStatus, CancellationToken cancellationToken = default)
    {
        try
        {
            if (_socket is null && !await ConnectAsync(cancellationToken).ConfigureAwait(false))
                return Outcome.Refused;

            _answer.Reset();
            await _socket!.SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (!await ReadAsync(_socket, cancellationToken).ConfigureAwait(false))
                return Died();
        }
        catch (Exception e) when (e is SocketException or InvalidDataException)
        {
            return Died();
        }

        _hasAnswered = true;
        if (_answer.Closes)
            Close();
        return _answer.Status == expectedStatus ? Outcome.Ok : Outcome.WrongStatus;
    }

    /// <summary>Sends a request whose answer nobody waits for.</summary>
    public async ValueTask BeginAsync(ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        if (_socket is null && !await ConnectAsync(cancellationToken).ConfigureAwait(false))
            throw new IOException("The connection was refused.");
        await _socket!.SendAsync(request, cancellationToken).ConfigureAwait(false);
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

        _socket = socket;
        _hasAnswered = false;
        return true;
    }

    private async ValueTask<bool> ReadAsync(Socket socket, CancellationToken cancellationToken)
    {
        while (true)
        {
            var length = await socket.ReceiveAsync(_buffer.AsMemory(), cancellationToken).ConfigureAwait(false);
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
        _socket?.Dispose();
        _socket = null;
    }
}
