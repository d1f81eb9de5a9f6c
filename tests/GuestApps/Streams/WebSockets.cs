using System.Net.WebSockets;
using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;
using CrashShield.GuestApps.Seen;

namespace CrashShield.GuestApps.Streams;

internal static class WebSockets
{
    public static Guest Guest { get; } = new("websockets", GuestKind.Realtime, "dotnet/AspNetCore.Docs, WebSockets sample", Build)
    {
        IsShort = true,
        About = ["Middleware/Exceptions"],
        Plays =
        [
            Play.Socket("/echo", 2, "one", "two"),
            Play.Socket("/fails", 2, "one", "two"),
            Play.Socket("/fails-before", 1),
            Play.Socket("/refuses", 1),
            Play.Get("/echo"),
        ],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.UseWebSockets();
        app.Mark("inside");
        app.Map("/echo", (HttpContext context) => EchoAsync(context, int.MaxValue));
        app.Map("/fails", (HttpContext context) => EchoAsync(context, 1));
        app.Map("/fails-before", IResult () => throw new InvalidOperationException("before the upgrade"));
        app.Map("/refuses", () => Results.StatusCode(StatusCodes.Status403Forbidden));
        return app;
    }

    private static async Task EchoAsync(HttpContext context, int count)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[1_024];
        for (var i = 0; ; i++)
        {
            var message = await socket.ReceiveAsync(buffer, context.RequestAborted);
            if (message.MessageType == WebSocketMessageType.Close)
                break;
            if (i == count)
                throw new InvalidOperationException("in the middle of a conversation");
            await socket.SendAsync(buffer.AsMemory(0, message.Count), message.MessageType, message.EndOfMessage, context.RequestAborted);
        }

        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "bye", context.RequestAborted);
    }
}
