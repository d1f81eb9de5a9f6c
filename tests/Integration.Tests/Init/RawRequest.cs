using System.Net.Sockets;
using System.Text;

namespace CrashShield.Integration.Tests.Init;

/// <summary>What a client sends to the control socket that is not crashshield-init's own.</summary>
internal static class RawRequest
{
    /// <param name="init">The init.</param>
    /// <param name="request">Any text.</param>
    /// <param name="end">Whether the client closes its own direction after it.</param>
    /// <returns>All that comes until the init closes the connection.</returns>
    public static async Task<string> AnswerAsync(InitRun init, string request, bool end = false)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(init.ControlPath));
        var sending = SendAsync(socket, request, end);
        var answer = new StringBuilder();
        var buffer = new byte[4096];
        try
        {
            int read;
            while ((read = await socket.ReceiveAsync(buffer).WaitAsync(InitRun.Deadline)) > 0)
                answer.Append(Encoding.UTF8.GetString(buffer, 0, read));
        }
        catch (SocketException)
        {
            // A reset after the answer: there was more to read than the init wanted.
        }

        await sending;
        return answer.ToString();
    }

    private static async Task SendAsync(Socket socket, string request, bool end)
    {
        try
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes(request));
            if (end)
                socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The init has closed the connection in the middle of a request that it did not like.
        }
    }
}
