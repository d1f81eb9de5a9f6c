using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting;

namespace CrashShield.Hosting.Tests.Supervision;

/// <summary>The broker behind a real socket: while it is away its port refuses connections.</summary>
internal sealed class TcpBroker : IDisposable
{
    private TcpListener _listener = new(IPAddress.Loopback, 0);
    private int _attempts;

    public TcpBroker() => Listen();

    public Broker Broker { get; } = new();

    /// <summary>How often a consumer was started.</summary>
    public int Attempts => Volatile.Read(ref _attempts);

    private IPEndPoint Address => (IPEndPoint)_listener.LocalEndpoint;

    public void GoAway()
    {
        var address = Address;
        _listener.Stop();
        _listener = new(address);
        Broker.GoAway();
    }

    public void ComeBack()
    {
        Broker.ComeBack();
        Listen();
    }

    public void Dispose()
    {
        _listener.Stop();
        Broker.GoAway();
    }

    private void Listen()
    {
        _listener.Start();
        _ = AcceptAsync(_listener);
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
                _ = ServeAsync(await listener.AcceptTcpClientAsync());
        }
        catch (SocketException)
        {
            // It has gone away.
        }
        catch (ObjectDisposedException)
        {
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                using var connection = Broker.Connect();
                var stream = client.GetStream();
                using var reader = new StreamReader(stream);
                await using var writer = new StreamWriter(stream) { AutoFlush = true };
                while (true)
                {
                    await writer.WriteLineAsync(Invariant(await connection.ReceiveAsync(CancellationToken.None)));
                    if (await reader.ReadLineAsync() is not { } acknowledged)
                        return;
                    connection.Acknowledge(int.Parse(acknowledged, System.Globalization.CultureInfo.InvariantCulture));
                }
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
            }
        }
    }

    private static string Invariant(int message) => message.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Takes messages over the socket.</summary>
    internal sealed class Consumer(TcpBroker broker) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            Interlocked.Increment(ref broker._attempts);
            using var client = new TcpClient();
            await client.ConnectAsync(broker.Address, stoppingToken);
            var stream = client.GetStream();
            using var reader = new StreamReader(stream);
            await using var writer = new StreamWriter(stream) { AutoFlush = true };
            while (await reader.ReadLineAsync(stoppingToken) is { } message)
                await writer.WriteLineAsync(message.AsMemory(), stoppingToken);
            throw new EndOfStreamException("The broker has closed the connection.");
        }
    }
}
