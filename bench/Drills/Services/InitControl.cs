using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace CrashShield.Drills.Services;

/// <summary>The control socket of an init, by the protocol that docs/init.md has.</summary>
internal static class InitControl
{
    /// <summary>Gives a command, and waits until it is done.</summary>
    /// <exception cref="InvalidOperationException">It was refused, or has failed.</exception>
    public static async Task<JsonNode> AskAsync(string path, string command, CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(Encoding.UTF8.GetBytes($"{{\"protocol\":1,\"command\":\"{command}\"}}\n"), cancellationToken);
        using var reader = new StreamReader(stream);
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            // What is no end is progress.
            if (JsonNode.Parse(line) is { } answer && answer["ok"] is { } ok)
                return (bool)ok ? answer : throw new InvalidOperationException($"{command} failed: {answer["error"]}");
        }

        throw new InvalidOperationException($"{command}: the init has closed the connection without an answer.");
    }
}
