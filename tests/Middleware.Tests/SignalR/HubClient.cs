using System.Net.WebSockets;
using System.Text;

namespace CrashShield.Middleware.Tests.SignalR;

/// <summary>A client of a hub: JSON messages over a WebSocket, each with the record separator at its end.</summary>
internal sealed class HubClient : IDisposable
{
    private const byte Separator = 0x1E;

    private readonly ClientWebSocket _socket = new();
    private readonly List<byte> _received = [];

    public static async Task<HubClient> ConnectAsync(Uri server, string path)
    {
        var client = new HubClient();
        await client._socket.ConnectAsync(new UriBuilder(new Uri(server, path)) { Scheme = "ws" }.Uri, TestContext.Current.CancellationToken);
        await client.SendAsync("""{"protocol":"json","version":1}""");
        Assert.Equal("{}", await client.ReceiveAsync());
        return client;
    }

    /// <summary>Invokes a method of the hub.</summary>
    /// <returns>The completion as JSON.</returns>
    public async Task<string> InvokeAsync(string method, string arguments = "")
    {
        await SendAsync($$"""{"type":1,"invocationId":"1","target":"{{method}}","arguments":[{{arguments}}]}""");
        return await ReceiveAsync();
    }

    public async Task<string> ReceiveAsync()
    {
        var buffer = new byte[4_096];
        while (true)
        {
            if (_received.IndexOf(Separator) is >= 0 and var end)
            {
                var message = Encoding.UTF8.GetString(_received[..end].ToArray());
                _received.RemoveRange(0, end + 1);
                return message;
            }

            var read = await _socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
            if (read.MessageType == WebSocketMessageType.Close)
                return "";
            _received.AddRange(buffer.AsSpan(0, read.Count));
        }
    }

    public void Dispose() => _socket.Dispose();

    private ValueTask SendAsync(string message) =>
        _socket.SendAsync(new byte[][] { Encoding.UTF8.GetBytes(message), [Separator] }.SelectMany(bytes => bytes).ToArray(), WebSocketMessageType.Text, WebSocketMessageFlags.EndOfMessage, TestContext.Current.CancellationToken);
}
