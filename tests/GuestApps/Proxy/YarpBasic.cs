using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;

namespace CrashShield.GuestApps.Proxy;

internal static class YarpBasic
{
    public static Guest Guest { get; } = new("yarp-basic", GuestKind.Proxy, "dotnet/yarp, basic sample", Build)
    {
        IsShort = true,
        About = ["Middleware/Exceptions", "Middleware/Endpoints"],
        Plays =
        [
            Play.Get("/"),
            Play.Get("/headers", "X-Mine: 1"),
            Play.Get("/status/404"),
            Play.Get("/status/500"),
            Play.Get("/broken"),
            Play.Post("/echo", "body"),
            Play.Get("/healthz"),
            Play.Get("/metrics"),
            Play.Get("/readyz"),
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
