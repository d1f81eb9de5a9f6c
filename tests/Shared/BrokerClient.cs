using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace CrashShield.Tests;

/// <summary>A consumer's connection to a <c>TcpBroker</c>. It fails as any client does when the broker is away or goes.</summary>
internal sealed class BrokerClient : IDisposable
{
    private readonly TcpClient _client = new();
    private StreamReader? _reader;
    private StreamWriter? _writer;

    public static async Task<BrokerClient> ConnectAsync(IPEndPoint address, CancellationToken cancellationToken)
    {
        var client = new BrokerClient();
        try
        {
            await client._client.ConnectAsync(address, cancellationToken);
        }
        catch
        {
            client.Dispose();
            throw;
        }

        (client._reader, client._writer) = (new(client._client.GetStream()), new(client._client.GetStream()) { AutoFlush = true });
        return client;
    }

    /// <exception cref="EndOfStreamException">The broker has gone.</exception>
    public async Task<Delivery> ReceiveAsync(CancellationToken cancellationToken) =>
        Delivery.Parse(await _reader!.ReadLineAsync(cancellationToken) ?? throw new EndOfStreamException("The broker has closed the connection."));

    public Task AcknowledgeAsync(Delivery delivery, CancellationToken cancellationToken) =>
        _writer!.WriteLineAsync(delivery.Message.ToString(CultureInfo.InvariantCulture).AsMemory(), cancellationToken);

    public void Dispose() => _client.Dispose();
}
