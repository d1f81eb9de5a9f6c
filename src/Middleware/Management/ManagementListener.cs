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
/// Opens the management port where the server does not listen on it, and answers there from threads of its own: Kestrel needs the pool for every request, and a starved
/// pool is when probes matter. A fixed number of threads that accept in turn, started once: where no more tasks are allowed none could be started for a connection.
/// </summary>
internal sealed class ManagementListener(
    IServer server, ManagementRoutes routes, ManagementAnswers answers, ListeningSockets sockets, AcceptGate gate, IOptions<CrashShieldOptions> options,
    ILogger<ManagementListener> logger, TimeProvider time)
    : IHostedLifecycleService, IDisposable
{
    public const int Threads = 4;

    // Callbacks of the application run on it when metrics are collected.
    private const int StackSize = 1024 * 1024;

    // Without a descriptor left, each accept would fail at once.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    // For the answers under way; a collection that hangs is left to the end of the process.
    private static readonly TimeSpan EndWithin = TimeSpan.FromSeconds(1);

    // Without a descriptor left every accept fails, and any client can make answers fail.
    private static readonly TimeSpan TellEvery = TimeSpan.FromMinutes(1);

    // How soon a thread sees that the gate was closed or opened.
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(100);

    private readonly ManualResetEventSlim _stopping = new();
    private readonly Lock _accepting = new();
    private Thread[] _threads = [];
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

    private void Open(string address, int port)
    {
        _kept = ManagementSocket.Open(sockets, address, port);
        _socket = _kept.Open();
        // Another process may have it too, and be the first to accept what both have seen.
        _socket.Blocking = false;
        _threads = [.. Enumerable.Range(0, Threads).Select(i => new Thread(Loop, StackSize) { IsBackground = true, Name = $"shield {port}.{i}" })];
        Array.ForEach(_threads, thread => thread.Start(_socket));
        GuardedLog.Write(() => ManagementLog.Listening(logger, $"http://{_socket.LocalEndPoint}"));
    }

    private void Close()
    {
        _stopping.Set();
        // Ends the accepts that wait.
        _socket?.Dispose();
        var start = time.GetTimestamp();
        foreach (var thread in _threads.Where(thread => thread.IsAlive))
        {
            var left = EndWithin - time.GetElapsedTime(start);
            thread.Join(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        }

        if (Interlocked.Exchange(ref _kept, null) is { } kept)
            sockets.Release(kept);
    }

    private void Loop(object? state)
    {
        var socket = (Socket)state!;
        var connection = new ManagementConnection(
            answers.Of, () => _stopping.IsSet || socket.Poll(TimeSpan.Zero, SelectMode.SelectRead), TellAnswerFailed, time);
        while (!_stopping.IsSet)
        {
            if (TryAccept(socket) is not { } client)
                continue;

            using (client)
                Serve(connection, client);
        }
    }

    private Socket? TryAccept(Socket socket)
    {
        try
        {
            // In turn, or all would wake for each.
            lock (_accepting)
            {
                if (gate.IsOpen)
                    return socket.Poll(Glance, SelectMode.SelectRead) && gate.IsOpen ? socket.Accept() : null;
            }

            _stopping.Wait(Glance);
            return null;
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
            if (IsToBeTold(ref _acceptTold))
                GuardedLog.Write(() => ManagementLog.AcceptFailed(logger, e.GetType().FullName, ExceptionText.Message(e)));
            _stopping.Wait(Pause);
            return null;
        }
    }

    private void Serve(ManagementConnection connection, Socket client)
    {
        try
        {
            connection.Serve(client);
        }
        catch (Exception e) when (e is SocketException || _stopping.IsSet)
        {
            // The client has left, or the port is closed.
        }
        catch (Exception e)
        {
            TellAnswerFailed(e);
        }
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
