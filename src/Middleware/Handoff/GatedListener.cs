using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using CrashShield.Hosting.Failures;
using CrashShield.Hosting.Handoff;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace CrashShield.Middleware.Handoff;

/// <summary>
/// Accepts while the gate is open, and warm-up connections while it is not. Every accept can be cancelled, so none is pending when the socket object goes: .NET would set <c>SO_LINGER {1, 0}</c> on the socket
/// then, and so on that of the process that has taken over.
/// </summary>
internal sealed class GatedListener : IConnectionListener
{
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan TellEvery = TimeSpan.FromMinutes(1);

    // A round trip, for those who are in the middle of connecting when new clients are kept out.
    private static readonly TimeSpan Settles = TimeSpan.FromMilliseconds(100);

    private readonly KeptSocket _kept;
    private readonly ListeningSockets _sockets;
    private readonly AcceptGate _gate;
    private readonly SocketConnectionContextFactory _connections;
    private readonly bool _noDelay;
    private readonly WarmConnections _warm;
    private readonly ILogger _logger;
    private readonly Func<bool> _comesBack;
    private readonly TaskCompletionSource _quiet = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<Socket> _warmed = Channel.CreateUnbounded<Socket>();
    private readonly CancellationTokenSource _unbound = new();
    private readonly Socket _socket;
    private CancellationTokenSource? _until;
    private CancellationTokenSource? _settled;
    private bool _hasEnded;
    private CancellationToken _gateToken;
    private CancellationToken _serverToken;
    private long? _told;
    private int _accepting;

    /// <param name="kept">The socket.</param>
    /// <param name="sockets">Those of the process, to which it goes back.</param>
    /// <param name="gate">Whether to accept.</param>
    /// <param name="connections">Makes connections of what is accepted.</param>
    /// <param name="noDelay">Whether they have TCP_NODELAY.</param>
    /// <param name="warm">Told of the listener.</param>
    /// <param name="comesBack">Whether the server, which lets go of the endpoint, is about to bind it again.</param>
    /// <param name="logger">For what fails.</param>
    public GatedListener(
        KeptSocket kept, ListeningSockets sockets, AcceptGate gate, SocketConnectionContextFactory connections, bool noDelay, WarmConnections warm, Func<bool> comesBack, ILogger logger)
    {
        (_kept, _sockets, _gate, _connections, _noDelay, _warm, _comesBack, _logger) = (kept, sockets, gate, connections, noDelay, warm, comesBack, logger);
        _socket = kept.Acceptor;
        EndPoint = _socket.LocalEndPoint!;
        warm.Add(EndPoint, _warmed.Writer);
    }

    public EndPoint EndPoint { get; }

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _accepting);
        try
        {
            while (!_unbound.IsCancellationRequested)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (_warmed.Reader.TryRead(out var warm))
                    return Dressed(_connections.Create(warm));
                // One that closes meanwhile leaves clients in the queue, and is asked again.
                if ((_gate.IsOpen ? Until(cancellationToken) : UntilLast()) is not { } until)
                {
                    await WaitAsync(cancellationToken).ConfigureAwait(false);
                    continue;
                }

                // In this method and in none of its own: what the runtime compiles for each that waits is compiled before the first client is served.
                Socket? accepted = null;
                var failed = SocketError.Success;
                try
                {
                    accepted = await _socket.AcceptAsync(until).ConfigureAwait(false);
                    if (accepted.LocalEndPoint is IPEndPoint)
                        accepted.NoDelay = _noDelay;
                }
                catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
                {
                    // Which of the two ended it is looked at next.
                }
                catch (SocketException e)
                {
                    // What is thrown from here would end the server's accept loop for good.
                    failed = e.SocketErrorCode;
                }

                if (accepted is not null)
                    return Counted(_connections.Create(accepted));
                if (failed == SocketError.InvalidArgument && _gate.IsRefusing)
                    // A Unix socket that takes nobody any more, with nobody in its queue.
                    _hasEnded = true;
                else if (failed != SocketError.Success)
                    await RestAfterAsync(failed, until).ConfigureAwait(false);
            }

            return null;
        }
        finally
        {
            if (Interlocked.Decrement(ref _accepting) == 0 && _unbound.IsCancellationRequested)
                _quiet.TrySetResult();
        }
    }

    /// <summary>Gives the socket up now: the server waits for its connections before it disposes of the listener.</summary>
    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        // Inline: accepts end on this thread.
#pragma warning disable CA1849
        _unbound.Cancel();
#pragma warning restore CA1849
        if (Volatile.Read(ref _accepting) != 0)
            await _quiet.Task.ConfigureAwait(false);
        if (_comesBack())
            _sockets.Rest(_kept);
        else
            _sockets.Release(_kept);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_unbound.IsCancellationRequested)
            await UnbindAsync().ConfigureAwait(false);
        _warm.Remove(_warmed.Writer);
        _connections.Dispose();
        _until?.Dispose();
        _settled?.Dispose();
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        // Before it is looked at, or what happens in between would be waited for in vain.
        var changed = _gate.Changed;
        if (_gate.IsOpen)
            return;
        if (_gate.IsRefusing && !IsOnlyHolder)
            NewClients.LetIn(_socket);
        if (_gate.HasEnded || _gate.IsRefusing)
            _sockets.Release(_kept);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(_unbound.Token, cancellationToken);
        await Task.WhenAny(changed.WaitAsync(ended.Token), _warmed.Reader.WaitToReadAsync(ended.Token).AsTask()).ConfigureAwait(false);
        // Whichever was not first.
        await ended.CancelAsync().ConfigureAwait(false);
    }

    // Before nobody accepts any more: those in the queue would be reset.
    private CancellationToken? UntilLast()
    {
        if (!_gate.IsRefusing)
            return null;

        var settled = (_settled ??= BeginToSettle()).Token;
        if (_hasEnded || _unbound.IsCancellationRequested || (settled.IsCancellationRequested && !IsSomebodyWaiting()))
            return null;
        return settled.IsCancellationRequested ? _unbound.Token : settled;
    }

    private CancellationTokenSource BeginToSettle()
    {
        var settled = CancellationTokenSource.CreateLinkedTokenSource(_unbound.Token);
        // A Unix socket has nobody who is in the middle of connecting, and one that refuses does so for good.
        var isUnix = _socket.AddressFamily == AddressFamily.Unix;
        if ((!isUnix || IsOnlyHolder) && NewClients.TryKeepOut(_socket) && !isUnix)
            settled.CancelAfter(Settles);
        else
            settled.Cancel();
        return settled;
    }

    // Others keep it for whoever comes next: a lead, or the systemd of its unit.
    private bool IsOnlyHolder => _kept.IsSole || (_kept.IsOwn && _sockets.Lead is null);

    private bool IsSomebodyWaiting()
    {
        try
        {
            return _socket.Poll(TimeSpan.Zero, SelectMode.SelectRead);
        }
        catch (ObjectDisposedException)
        {
            // It has been released, and all were accepted before.
            return false;
        }
    }

    // Some errors last, accept(2): no descriptor is left, or no memory. To try at once would take a processor until there is.
    private async ValueTask RestAfterAsync(SocketError error, CancellationToken until)
    {
        // The client left before it was accepted.
        if (error is SocketError.ConnectionReset or SocketError.ConnectionAborted)
            return;

        // Each descriptor that is given back lets one in between.
        if (_told is not { } told || TimeProvider.System.GetElapsedTime(told) > TellEvery)
        {
            _told = TimeProvider.System.GetTimestamp();
            GuardedLog.Write(() => HandoffLog.AcceptFailed(_logger, $"{EndPoint}", error));
        }

        await Task.Delay(Rest, until).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // One source for as long as the gate stays open, and not one for each connection. The server accepts in a loop, so never twice at once.
    private CancellationToken Until(CancellationToken cancellationToken)
    {
        var untilClosed = _gate.UntilClosed;
        if (_until is null || _gateToken != untilClosed || _serverToken != cancellationToken)
        {
            _until?.Dispose();
            CancellationToken[] tokens = [untilClosed, cancellationToken, _unbound.Token];
            _until = CancellationTokenSource.CreateLinkedTokenSource(tokens);
            (_gateToken, _serverToken) = (untilClosed, cancellationToken);
        }

        return _until.Token;
    }

    private ConnectionContext Counted(ConnectionContext connection)
    {
        _gate.Count(1);
        connection.ConnectionClosed.UnsafeRegister(static gate => ((AcceptGate)gate!).Count(-1), _gate);
        return connection;
    }

    // A request has addresses: code that logs or checks them is to warm up too.
    private ConnectionContext Dressed(ConnectionContext connection)
    {
        connection.LocalEndPoint = EndPoint;
        if (EndPoint is IPEndPoint)
            connection.RemoteEndPoint = new IPEndPoint(IPAddress.Loopback, 0);
        connection.Features.Set(WarmRequests.Mark.Instance);
        return connection;
    }
}
