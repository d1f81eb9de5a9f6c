using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;

namespace CrashShield.GuestApps.Realtime;

internal static class Chat
{
    public static Guest Guest { get; } = new("signalr-chat", GuestKind.Realtime, "dotnet/AspNetCore.Docs, SignalR tutorial", Build)
    {
        IsShort = true,
        About = ["Middleware/Exceptions"],
        Plays =
        [
            Play.Post("/chat/negotiate?negotiateVersion=1"),
            HubPlays.Socket("/chat", 3, ("SendMessage", "\"ann\",\"hello\"")),
            HubPlays.Socket("/chat", 2, ("Missing", "1")),
            Play.Get("/chat"),
            Play.Get("/chat?id=unknown"),
        ],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        builder.Services.AddSignalR();
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.MapHub<ChatHub>("/chat");
        return app;
    }
}
