using System.Globalization;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using CrashShield.GuestApps.Plays;

namespace CrashShield.Guest.Tests.Runs;

/// <summary>Messages to and fro on a WebSocket.</summary>
internal static class SocketPlayer
{
    public static async Task PlayAsync(
        Play play, Uri address, Protocol protocol, HttpMessageInvoker client, SortedDictionary<string, string> values, CancellationToken cancellationToken)
    {
        using var socket = new ClientWebSocket();
        socket.Options.HttpVersion = protocol == Protocol.Http2 ? HttpVersion.Version20 : HttpVersion.Version11;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        socket.Options.CollectHttpResponseDetails = true;
        var received = new List<string>();
        try
        {
            await socket.ConnectAsync(address, client, cancellationToken);
            foreach (var (index, message) in play.Messages.Index())
            {
                // One after the other: what was sent back before a failure has arrived then.
                if (index > 0 && await ReceiveAsync(socket, cancellationToken) is { } answer)
                    received.AddRange(Records(answer));
                await socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
            }

            while (received.Count < play.Lines && await ReceiveAsync(socket, cancellationToken) is { } text)
                received.AddRange(Records(text));
            if (socket.State == WebSocketState.Open)
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, cancellationToken);
            values["end"] = $"closed: {socket.CloseStatus} {socket.CloseStatusDescription}";
        }
        catch (WebSocketException e)
        {
            values["end"] = $"web socket: {e.WebSocketErrorCode}";
        }

        values["status"] = ((int)socket.HttpStatusCode).ToString(CultureInfo.InvariantCulture);
        values["body"] = string.Join('\n', received);
    }

    // A hub may put several of its messages into one, and a ping whenever it likes.
    private static IEnumerable<string> Records(string text) =>
        text.Split('\u001e', StringSplitOptions.RemoveEmptyEntries).Where(record => record != """{"type":6}""");

    private static async Task<string?> ReceiveAsync(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        var result = await socket.ReceiveAsync(buffer, cancellationToken);
        return result.MessageType == WebSocketMessageType.Close ? null : Encoding.UTF8.GetString(buffer, 0, result.Count);
    }
}
