using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;
using CrashShield.GuestApps.Templates;

namespace CrashShield.GuestApps.Proxy;

internal static class EshopBff
{
    public static Guest Guest { get; } = new("eshop-bff", GuestKind.Proxy, "eShop, Mobile.Bff.Shopping", Build)
    {
        Plays = [Play.Get("/catalog-api/headers"), Play.Get("/catalog-api/broken"), Play.Get("/identity/"), Play.Get("/health"), Play.Get("/nothing")],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder(
            "--ReverseProxy:Routes:catalog:ClusterId=catalog",
            "--ReverseProxy:Routes:catalog:Match:Path=/catalog-api/{**path}",
            "--ReverseProxy:Routes:catalog:Transforms:0:PathRemovePrefix=/catalog-api",
            "--ReverseProxy:Routes:identity:ClusterId=identity",
            "--ReverseProxy:Routes:identity:Match:Path=/identity/{**path}",
            $"--ReverseProxy:Clusters:catalog:Destinations:first:Address={Backend.Start()}",
            $"--ReverseProxy:Clusters:identity:Destinations:first:Address={Backend.Nowhere}");
        builder.AddServiceDefaults();
        builder.Services.AddReverseProxy().LoadFromConfig(builder.Configuration.GetSection("ReverseProxy"));
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.MapDefaultEndpoints();
        app.MapReverseProxy();
        return app;
    }
}
