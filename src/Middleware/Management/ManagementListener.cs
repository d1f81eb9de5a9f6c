using System.Net.Sockets;
using CrashShield.Hosting;
using CrashShield.Hosting.Failures;
using CrashShield.Hosting.Handoff;
using CrashShield.Middleware.Endpoints;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CrashShield.Middleware.Management;

/// <summary>
/// Opens the management port where the server does not listen on it, and answers there from a thread of its own: Kestrel needs the pool for every request, and a starved pool is when
/// probes matter. One thread, started once, serves all connections in turn and waits for none: where no more tasks are allowed none could be started for a connection.
/// </summary>
internal sealed class ManagementListener(
    IServer server, ManagementRoutes routes, ManagementAnswers answers, ListeningSockets sockets, AcceptGate gate, IOptions<CrashShieldOptions> options,
    ILogger<ManagementListener> logger, TimeProvider time)
    : IHostedLifecycleService, IDisposable
{
    // More are for somebody who sends nothing: the kernel keeps the next ones until there is room.
    private const int MaxConnections = 256;

    // Without a descriptor left, each accept would fail at once.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    // For the answers under way; a collection that hangs is left to the end of the process.
    private static readonly TimeSpan EndWithin = TimeSpan.FromSeconds(1);

    // Without a descriptor left every accept fails, and any client can make answers fail.
    private static readonly TimeSpan TellEvery = TimeSpan.FromMinutes(1);

    // How soon the thread sees that the gate was closed or opened, or that a client is late.
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(100);

    // The same while an answer is being made, by another thread.
    private static readonly TimeSpan AnswerGlance = TimeSpan.FromMilliseconds(2);

    private readonly ManualResetEventSlim _stopping = new();
    private readonly List<ManagementConnection> _connections = [];
    private Thread? _thread;
    private KeptSocket? _kept;
    private Socket? _socket;
    private long _acceptTold;
    private long _answerTold;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        // A server without addresses (the test server) has no ports either.
        if (routes.IsMapped && options.Value.Endpoints.ManagementPort is { } port
            && server.Features.Get<IServerAddressesFeature>()?.Addresses is { Count: > 0 } addresses && !addresses.Any(address => BindingAddress.Parse(address).Port == port))
        {
            Open(options.Value.Endpoints.ManagementAddress, port);
        }

        return Task.CompletedTask;
    }

    // After the server: readiness is asked for until the last.
    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        Close();
        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => Close();

    // To the end: nobody takes the port over.
    private bool MayAccept => gate.IsOpen || gate.IsRefusing;

    private void Open(string address, int port)
    {
        _kept = ManagementSocket.Open(sockets, address, port);
        _socket = _kept.Open();
        // Another process may have it too, and be the first to accept what both have seen.
        _socket.Blocking = false;
        _thread = new Thread(Loop) { IsBackground = true, Name = $"shield {port}" };
        _thread.Start(_socket);
        GuardedLog.Write(() => ManagementLog.Listening(logger, $"http://{_socket.LocalEndPoint}"));
    }

    private void Close()
    {
        _stopping.Set();
        // Ends the wait for connections.
        _socket?.Dispose();
        if (_thread is { IsAlive: true } thread)
            thread.Join(EndWithin);

        Release();
    }

    private void Release()
    {
        if (Interlocked.Exchange(ref _kept, null) is { } kept)
            sockets.Release(kept);
    }

    private void Loop(object? state)
    {
        var socket = (Socket)state!;
        while (!_stopping.IsSet || _connections.Count > 0)
        {
            // On this thread alone it is accepted on.
            if (gate.HasEnded)
                Release();
            if (Wait(socket) && !_stopping.IsSet)
                Accept(socket);
            Serve();
        }
    }

    // Until somebody comes or goes on, or for a while. Whether somebody may have come.
    private bool Wait(Socket socket)
    {
        var mayAccept = !_stopping.IsSet && MayAccept && _connections.Count < MaxConnections;
        try
        {
            if (_connections.Count > 0)
                Select(mayAccept ? socket : null);
            else if (mayAccept)
                return socket.Poll(Glance, SelectMode.SelectRead);
            else
                _stopping.Wait(Glance);
        }
        catch (Exception) when (_stopping.IsSet)
        {
            return false;
        }
        catch (Exception e)
        {
            TellAcceptFailed(e);
            _stopping.Wait(Pause);
        }

        return mayAccept;
    }

    private void Select(Socket? listening)
    {
        List<Socket> reading = [], writing = [];
        if (listening is not null)
            reading.Add(listening);
        var wait = Glance;
        foreach (var connection in _connections)
        {
            if (connection.Stage == ManagementStage.Send)
                writing.Add(connection.Socket);
            else if (connection.Stage == ManagementStage.Answer)
                wait = AnswerGlance;
            else
                reading.Add(connection.Socket);
        }

        if (reading.Count + writing.Count > 0)
            Socket.Select(reading, writing, null, wait);
        else
            _stopping.Wait(wait);
    }

    private void Accept(Socket socket)
    {
        // The gate may have been closed meanwhile.
        while (MayAccept && _connections.Count < MaxConnections && TryAccept(socket) is { } client)
            _connections.Add(new(client, answers.OfAsync, TellAnswerFailed, time));
    }

    private void Serve()
    {
        var othersWait = _stopping.IsSet || _connections.Count == MaxConnections;
        for (var i = _connections.Count - 1; i >= 0; i--)
        {
            _connections[i].Advance(othersWait);
            if (_connections[i].Stage != ManagementStage.End)
                continue;

            _connections[i].Dispose();
            _connections.RemoveAt(i);
        }
    }

    private Socket? TryAccept(Socket socket)
    {
        try
        {
            // An accept in vain would throw.
            return socket.Poll(TimeSpan.Zero, SelectMode.SelectRead) ? socket.Accept() : null;
        }
        catch (Exception) when (_stopping.IsSet)
        {
            return null;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.ConnectionAborted)
        {
            return null;
        }
        catch (Exception e)
        {
            TellAcceptFailed(e);
            _stopping.Wait(Pause);
            return null;
        }
    }

    private void TellAcceptFailed(Exception e)
    {
        if (IsToBeTold(ref _acceptTold))
            GuardedLog.Write(() => ManagementLog.AcceptFailed(logger, e.GetType().FullName, ExceptionText.Message(e)));
    }

    private void TellAnswerFailed(Exception e)
    {
        if (IsToBeTold(ref _answerTold))
            GuardedLog.Write(() => ManagementLog.AnswerFailed(logger, e.GetType().FullName, ExceptionText.Message(e)));
    }

    private bool IsToBeTold(ref long told)
    {
        if (told != 0 && time.GetElapsedTime(told) < TellEvery)
            return false;

        told = time.GetTimestamp();
        return true;
    }
}
