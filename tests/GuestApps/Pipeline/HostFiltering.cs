using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;

namespace CrashShield.GuestApps.Pipeline;

internal static class HostFiltering
{
    public static Guest Guest { get; } = new("host-filtering", GuestKind.Api, "https://github.com/dotnet/aspnetcore/issues/34370", Build)
    {
        About = ["Middleware/Endpoints"],
        Plays = [Play.Get("/", "Host: shop.example"), Play.Get("/", "Host: other.example"), Play.Get("/broken", "Host: shop.example"), Play.Get("/healthz")],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder("--AllowedHosts=shop.example");
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.MapGet("/", () => "home");
        app.MapGet("/broken", string () => throw new InvalidOperationException("broken"));
        return app;
    }
}
