using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;
using Yarp.ReverseProxy.Forwarder;

namespace CrashShield.GuestApps.Proxy;

/// <summary>Forwarding by hand, with an error turned into an exception.</summary>
internal static class YarpDirect
{
    public static Guest Guest { get; } = new("yarp-direct", GuestKind.Proxy, "https://github.com/dotnet/yarp/issues/2507", Build)
    {
        Plays = [Play.Get("/to/status/418"), Play.Get("/to/status/500"), Play.Get("/away/status/200"), Play.Cut("/to/half")],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        builder.Services.AddHttpForwarder();
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        var backend = Backend.Start();
        var client = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });
        app.Map("/to/{**path}", (HttpContext context, IHttpForwarder forwarder) => ForwardAsync(context, forwarder, client, backend, "/to"));
        app.Map("/away/{**path}", (HttpContext context, IHttpForwarder forwarder) => ForwardAsync(context, forwarder, client, Backend.Nowhere, "/away"));
        return app;
    }

    private static async Task ForwardAsync(HttpContext context, IHttpForwarder forwarder, HttpMessageInvoker client, string destination, string prefix)
    {
        context.Request.Path = context.Request.Path.Value![prefix.Length..];
        var error = await forwarder.SendAsync(context, destination, client);
        if (error != ForwarderError.None)
            throw new InvalidOperationException($"forwarding: {error}", context.Features.Get<IForwarderErrorFeature>()?.Exception);
    }
}
