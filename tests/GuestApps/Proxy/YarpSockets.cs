using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;

namespace CrashShield.GuestApps.Proxy;

internal static class YarpSockets
{
    public static Guest Guest { get; } = new("yarp-websocket", GuestKind.Proxy, "https://github.com/dotnet/yarp/pull/406", Build)
    {
        Plays =
        [
            Play.Socket("/socket", 1, "through the proxy"),
            Play.Get("/"),
        ],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder(ProxySettings.One(Backend.Start()));
        builder.Services.AddReverseProxy().LoadFromConfig(builder.Configuration.GetSection("ReverseProxy"));
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.MapReverseProxy();
        return app;
    }
}
