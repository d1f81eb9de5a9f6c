using System.Net;
using CrashShield.GuestApps.Plays;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace CrashShield.GuestApps.Proxy;

/// <summary>A second application in the same process, which knows nothing of the shield and is not looked at.</summary>
internal static class Backend
{
    /// <summary>An address that nobody listens on.</summary>
    public const string Nowhere = "http://127.0.0.1:9/";

    public static string Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(server => server.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        app.UseWebSockets();
        app.MapGet("/", () => "backend");
        app.MapGet("/headers", (HttpRequest request) => string.Join('\n', request.Headers
            .Where(header => header.Key.StartsWith("X-", StringComparison.OrdinalIgnoreCase) || header.Key == "traceparent")
            .Select(header => $"{header.Key}: {header.Value}")));
        app.MapGet("/status/{code:int}", (int code) => Results.Text($"backend {code}", statusCode: code));
        app.MapGet("/broken", string () => throw new InvalidOperationException("backend"));
        app.MapPost("/echo", async (HttpRequest request) => await new StreamReader(request.Body).ReadToEndAsync());
        app.MapGet("/half", async context =>
        {
            // Fewer bytes than announced: the server closes the connection once these are sent.
            context.Response.ContentLength = 8;
            await context.Response.WriteAsync("half");
            await ResponseHead.HasArrivedAsync();
        });
        app.MapGet("/slow", async (CancellationToken cancellationToken) => await Task.Delay(Timeout.Infinite, cancellationToken));
        app.MapGet("/healthz", () => "backend is healthy");
        app.Map("/socket", EchoAsync);
        app.StartAsync().GetAwaiter().GetResult();
        return app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/";
    }

    private static async Task EchoAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[256];
        while (await socket.ReceiveAsync(buffer, context.RequestAborted) is { CloseStatus: null } message)
            await socket.SendAsync(buffer.AsMemory(0, message.Count), message.MessageType, message.EndOfMessage, context.RequestAborted);
        await socket.CloseOutputAsync(System.Net.WebSockets.WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
    }
}
