using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace CrashShield.Tests;

/// <summary>The broker behind a real socket, for <c>BrokerClient</c>: while it is away its port refuses connections.</summary>
internal sealed class TcpBroker : IDisposable
{
    private TcpListener _listener = new(IPAddress.Loopback, FreePort.Take());

    public TcpBroker() => Listen();

    public Broker Broker { get; } = new();

    public IPEndPoint Address => (IPEndPoint)_listener.LocalEndpoint;

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
        using var taken = new SemaphoreSlim(0);
        using var gone = new CancellationTokenSource();
        Task both;
        using (client)
        {
            if (Connect() is not { } connection)
                return;
            using (connection)
            {
                var (deliver, acknowledge) = (DeliverAsync(connection, client.GetStream(), taken, gone.Token), AcknowledgeAsync(connection, client.GetStream(), taken));
                both = Task.WhenAll(deliver, acknowledge);
                await Task.WhenAny(deliver, acknowledge);
                await gone.CancelAsync();
            }
        }

        // What has not ended does with the socket.
        await both.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private Broker.Connection? Connect()
    {
        try
        {
            return Broker.Connect();
        }
        catch (SocketException)
        {
            // It has gone away meanwhile.
            return null;
        }
    }

    // One at a time: the next one is delivered when this one is acknowledged.
    private async Task DeliverAsync(Broker.Connection connection, NetworkStream stream, SemaphoreSlim taken, CancellationToken gone)
    {
        await using var writer = new StreamWriter(stream) { AutoFlush = true };
        while (true)
        {
            var message = await connection.ReceiveAsync(gone);
            await writer.WriteLineAsync(new Delivery(message, Broker.WasReturned(message)).ToString());
            await taken.WaitAsync(gone);
        }
    }

    // The end of the stream is the consumer's end, also while nothing is there to be delivered.
    private static async Task AcknowledgeAsync(Broker.Connection connection, NetworkStream stream, SemaphoreSlim taken)
    {
        using var reader = new StreamReader(stream);
        while (await reader.ReadLineAsync() is { } acknowledged)
        {
            connection.Acknowledge(int.Parse(acknowledged, CultureInfo.InvariantCulture));
            taken.Release();
        }
    }
}
