using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;

namespace CrashShield.GuestApps.Proxy;

internal static class YarpHalf
{
    public static Guest Guest { get; } = new("yarp-half", GuestKind.Proxy, "https://github.com/dotnet/yarp/issues/1875", Build)
    {
        Plays =
        [
            Play.Cut("/half"),
            Play.Abort("/slow"),
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
