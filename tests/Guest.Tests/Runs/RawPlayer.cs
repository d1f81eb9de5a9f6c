using System.Net.Sockets;
using System.Text;
using CrashShield.GuestApps.Plays;

namespace CrashShield.Guest.Tests.Runs;

/// <summary>Bytes as they are, for requests that no client library sends.</summary>
internal static class RawPlayer
{
    public static async Task PlayAsync(Play play, int port, SortedDictionary<string, string> values, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port, cancellationToken);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(play.Body!), cancellationToken);
        // A request that is not whole is cut off; after a whole one the server closes.
        if (!play.Body!.EndsWith('\n'))
            client.Client.Shutdown(SocketShutdown.Send);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var all = await ReadAsync(reader, cancellationToken);
        values["status"] = all.Split(' ') is [_, var status, ..] ? status : "none";
        values["body"] = all;
    }

    // What has come before the end. A server that closes with something unread resets the connection: which of the two the client finds is a matter of chance.
    private static async Task<string> ReadAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        var all = new StringBuilder();
        var buffer = new char[1_024];
        try
        {
            while (await reader.ReadAsync(buffer, cancellationToken) is > 0 and var read)
                all.Append(buffer, 0, read);
        }
        catch (IOException)
        {
            // The reset.
        }

        return all.ToString();
    }
}
