using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;

namespace CrashShield.GuestApps.Proxy;

internal static class YarpHealth
{
    public static Guest Guest { get; } = new("yarp-no-destination", GuestKind.Proxy, "https://github.com/dotnet/yarp/issues/655", Build)
    {
        Plays =
        [
            Play.Get("/"),
            Play.Page("/"),
        ],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder(
            "--ReverseProxy:Routes:all:ClusterId=empty",
            "--ReverseProxy:Routes:all:Match:Path={**path}",
            "--ReverseProxy:Clusters:empty:LoadBalancingPolicy=RoundRobin");
        builder.Services.AddReverseProxy().LoadFromConfig(builder.Configuration.GetSection("ReverseProxy"));
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.MapReverseProxy();
        return app;
    }
}
