using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;

namespace CrashShield.GuestApps.Realtime;

/// <summary>A hub over plain requests: a poll, a message, its answer with the next poll, and the end.</summary>
internal static class LongPolling
{
    private const string Connection = "/poll?id={captured}";

    public static Guest Guest { get; } = new("signalr-long-polling", GuestKind.Realtime, "https://github.com/aspnet/SignalR/issues/2279", Build)
    {
        About = ["Middleware/Admission"],
        Plays =
        [
            Play.Post("/poll/negotiate?negotiateVersion=1") with { Capture = "\"connectionToken\":\"([^\"]+)\"" },
            Play.Get(Connection),
            Text(HubPlays.Handshake),
            Play.Get(Connection),
            Text(HubPlays.Invocation(0, "Echo", "\"a\"")),
            Play.Get(Connection),
            Play.Send("DELETE", Connection),
        ],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        builder.Services.AddSignalR();
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.MapHub<EchoHub>("/poll", hub => hub.Transports = HttpTransportType.LongPolling);
        return app;
    }

    // Notes nothing: when a connection is found to have ended is a matter of chance.
    private sealed class EchoHub : Hub
    {
        public string Echo(string text) => text;
    }

    private static Play Text(string message) => Play.Post(Connection, message) with { ContentType = "text/plain" };
}
