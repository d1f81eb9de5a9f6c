using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;

namespace CrashShield.GuestApps.Proxy;

internal static class YarpErrors
{
    public static Guest Guest { get; } = new("yarp-errors", GuestKind.Proxy, "https://github.com/dotnet/yarp/issues/138", Build)
    {
        IsShort = true,
        About = ["Middleware/Exceptions"],
        Plays =
        [
            Play.Get("/"),
            Play.Page("/"),
            Play.Post("/echo", "body"),
        ],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder(ProxySettings.One(Backend.Nowhere));
        builder.Services.AddReverseProxy().LoadFromConfig(builder.Configuration.GetSection("ReverseProxy"));
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.MapReverseProxy();
        return app;
    }
}
