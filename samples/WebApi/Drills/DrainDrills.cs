using System.Diagnostics;
using System.Net.ServerSentEvents;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using CrashShield.Hosting.Drain;
using CrashShield.Hosting.Signals;

namespace WebApi.Drills;

/// <summary>Connections that outlive a request, and a child process.</summary>
internal static class DrainDrills
{
    private const WebSocketCloseStatus ServiceRestart = (WebSocketCloseStatus)1012;

    public static void MapDrain(this RouteGroupBuilder drills)
    {
        drills.MapGet("/feed", (DrainNotice drain, CancellationToken gone) => TypedResults.ServerSentEvents(FeedAsync(drain.LameDuck, gone)));
        drills.Map("/socket", EchoAsync);
        drills.MapGet("/child", async (bool plain = false) =>
        {
            var start = new ProcessStartInfo("grep", ["SigBlk", "/proc/self/status"]) { RedirectStandardOutput = true };
            using var child = plain ? Process.Start(start)! : ChildProcess.Start(start)!;
            return await child.StandardOutput.ReadToEndAsync();
        });
    }

    private static async IAsyncEnumerable<SseItem<string>> FeedAsync(CancellationToken lameDuck, [EnumeratorCancellation] CancellationToken gone)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(lameDuck, gone);
        while (!end.IsCancellationRequested)
        {
            yield return new("tick");
            await Task.Delay(TimeSpan.FromSeconds(1), end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        yield return new("come back", "bye");
    }

    private static async Task EchoAsync(HttpContext context, DrainNotice drain)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        // Not by the token of ReceiveAsync, which cuts the connection without a word.
        using var closing = drain.LameDuck.Register(() => _ = socket.CloseOutputAsync(ServiceRestart, "come back", CancellationToken.None));
        var buffer = new byte[4_096];
        while (await socket.ReceiveAsync(buffer, context.RequestAborted) is { MessageType: not WebSocketMessageType.Close } message)
            await socket.SendAsync(buffer.AsMemory(0, message.Count), message.MessageType, message.EndOfMessage, context.RequestAborted);
        if (socket.State == WebSocketState.CloseReceived)
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
    }
}
