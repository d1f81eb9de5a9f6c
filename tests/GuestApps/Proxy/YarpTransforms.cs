using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;
using Yarp.ReverseProxy.Transforms;

namespace CrashShield.GuestApps.Proxy;

/// <summary>Transforms of the application's own, of which one fails.</summary>
internal static class YarpTransforms
{
    public static Guest Guest { get; } = new("yarp-transforms", GuestKind.Proxy, "https://github.com/dotnet/yarp/issues/2526", Build)
    {
        Plays =
        [
            Play.Get("/headers"),
            Play.Get("/headers", "X-Break: request"),
            Play.Get("/headers", "X-Break: response"),
            Play.Get("/headers", "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
        ],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder(ProxySettings.One(Backend.Start()));
        builder.Services.AddReverseProxy()
            .LoadFromConfig(builder.Configuration.GetSection("ReverseProxy"))
            .AddTransforms(context =>
            {
                context.AddRequestTransform(request =>
                {
                    request.ProxyRequest.Headers.Add("X-Added", "yes");
                    return request.HttpContext.Request.Headers["X-Break"] == "request" ? throw new InvalidOperationException("request transform") : default;
                });
                context.AddResponseTransform(response => response.HttpContext.Request.Headers["X-Break"] == "response"
                    ? throw new InvalidOperationException("response transform")
                    : default);
            });
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.MapReverseProxy();
        return app;
    }
}
