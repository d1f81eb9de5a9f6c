using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;
using Yarp.ReverseProxy.Forwarder;

namespace CrashShield.GuestApps.Proxy;

/// <summary>A page of the application's own where the destination is away, and middleware inside of the proxy that fails.</summary>
internal static class YarpErrorPage
{
    public static Guest Guest { get; } = new("yarp-error-page", GuestKind.Proxy, "https://github.com/dotnet/yarp/issues/1266", Build)
    {
        Plays = [Play.Page("/"), Play.Get("/"), Play.Get("/", "X-Break: pipeline")],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder(ProxySettings.One(Backend.Nowhere));
        builder.Services.AddReverseProxy().LoadFromConfig(builder.Configuration.GetSection("ReverseProxy"));
        setup.Add(builder);
        var app = builder.Build();
        app.Use(async (context, next) =>
        {
            await next(context);
            if (!context.Response.HasStarted && context.Response.StatusCode == StatusCodes.Status502BadGateway)
                await context.Response.WriteAsync($"away: {context.Features.Get<IForwarderErrorFeature>()?.Error}");
        });
        setup.Use(app);
        app.MapReverseProxy(proxy =>
        {
            proxy.Use((context, next) => context.Request.Headers["X-Break"] == "pipeline" ? throw new InvalidOperationException("pipeline") : next(context));
            proxy.UseSessionAffinity();
            proxy.UseLoadBalancing();
        });
        return app;
    }
}
