using System.Net.Sockets;
using CrashShield.Hosting;
using CrashShield.Hosting.Failures;
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
    IServer server, HealthEndpoints endpoints, ManagementAnswers answers, IOptions<CrashShieldOptions> options, ILogger<ManagementListener> logger, TimeProvider time)
    : IHostedLifecycleService, IDisposable
{
    public const int Threads = 4;

    private const int Backlog = 128;
    private const int StackSize = 256 * 1024;

    // Without a descriptor left, each accept would fail at once.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly ManualResetEventSlim _stopping = new();
    private Socket? _socket;
    private bool _isAcceptToldOf;
    private bool _isAnswerToldOf;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        // A server without addresses (the test server) has no ports either.
        if (endpoints.IsMapped && options.Value.Endpoints.ManagementPort is { } port
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
        _socket = ManagementSocket.Bind(address, port);
        _socket.Listen(Backlog);
        for (var i = 0; i < Threads; i++)
            new Thread(Loop, StackSize) { IsBackground = true, Name = $"shield port {i}" }.Start(_socket);
        GuardedLog.Write(() => ManagementLog.Listening(logger, $"http://{_socket.LocalEndPoint}"));
    }

    private void Close()
    {
        _stopping.Set();
        // Ends the accepts that wait.
        _socket?.Dispose();
    }

    private void Loop(object? socket)
    {
        var connection = new ManagementConnection(answers.Of, TellAnswerFailed, time);
        while (!_stopping.IsSet)
        {
            if (TryAccept((Socket)socket!) is not { } client)
                continue;

            using (client)
                Serve(connection, client);
        }
    }

    private Socket? TryAccept(Socket socket)
    {
        try
        {
            return socket.Accept();
        }
        catch (Exception) when (_stopping.IsSet)
        {
            return null;
        }
        catch (Exception e)
        {
            if (!_isAcceptToldOf)
                GuardedLog.Write(() => ManagementLog.AcceptFailed(logger, e.GetType().FullName, ExceptionText.Message(e)));
            _isAcceptToldOf = true;
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
        catch (SocketException)
        {
            // The client has left.
        }
        catch (Exception e)
        {
            TellAnswerFailed(e);
        }
    }

    private void TellAnswerFailed(Exception e)
    {
        if (!_isAnswerToldOf)
            GuardedLog.Write(() => ManagementLog.AnswerFailed(logger, e.GetType().FullName, ExceptionText.Message(e)));
        _isAnswerToldOf = true;
    }
}
