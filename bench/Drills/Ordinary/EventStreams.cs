using System.Net.Sockets;
using System.Text;
using CrashShield.Load;

namespace CrashShield.Drills.Ordinary;

/// <summary>Connections that server-sent events come on, one a second.</summary>
internal static class EventStreams
{
    // Opened at once, they would be a burst, which is another kind of work.
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(3);

    /// <summary>Opens them, one after the other, and listens until it is over.</summary>
    /// <returns>How many were accepted, and got events until then.</returns>
    public static async Task<Beside> ListenAsync(Uri server, int count, CancellationToken over)
    {
        var target = Target.Parse(new Uri(server, "/events").ToString());
        using var timer = new PeriodicTimer(Between);
        var streams = new List<Task<bool>>();
        while (streams.Count < count && !over.IsCancellationRequested)
        {
            streams.Add(ListenAsync(target, over));
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }

        return Beside.Of(await Task.WhenAll(streams));
    }

    private static async Task<bool> ListenAsync(Target target, CancellationToken over)
    {
        using var socket = new Socket(target.EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        var (buffer, isAccepted) = (new byte[4_096], false);
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(over);
        try
        {
            await socket.ConnectAsync(target.EndPoint, silence.Token);
            await socket.SendAsync(target.Request(), silence.Token);
            while (true)
            {
                silence.CancelAfter(Silence);
                var read = await socket.ReceiveAsync(buffer, silence.Token);
                isAccepted = isAccepted || Encoding.ASCII.GetString(buffer, 0, read).StartsWith("HTTP/1.1 200", StringComparison.Ordinal);
                if (read == 0 || !isAccepted)
                    return false;
            }
        }
        catch (OperationCanceledException)
        {
            return isAccepted && over.IsCancellationRequested;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
