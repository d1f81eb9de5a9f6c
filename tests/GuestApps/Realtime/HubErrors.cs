using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;
using CrashShield.GuestApps.Seen;

namespace CrashShield.GuestApps.Realtime;

internal static class HubErrors
{
    public static Guest Guest { get; } = new("signalr-errors", GuestKind.Realtime, "https://github.com/aspnet/SignalR/issues/2437", Build)
    {
        Listens = Listening.Diagnostics,
        Plays =
        [
            HubPlays.Socket("/plain", 2, ("Break", "")),
            HubPlays.Socket("/plain", 2, ("Refuse", "")),
            HubPlays.Socket("/plain", 2, ("Echo", "7")),
            Play.Socket("/plain", 1, "no handshake\u001e"),
        ],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        builder.Services.AddSignalR(hubs => hubs.EnableDetailedErrors = builder.Environment.IsDevelopment());
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.Mark("inside");
        app.MapHub<ChatHub>("/plain");
        return app;
    }
}
