using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;

namespace CrashShield.GuestApps.Pipeline;

/// <summary>A single-page application with its API: every path that is nothing else is the page.</summary>
internal static class StaticSite
{
    public static Guest Guest { get; } = new("static-fallback", GuestKind.Api, "https://github.com/dotnet/aspnetcore/issues/11106", Build)
    {
        About = ["Middleware/Endpoints"],
        Plays =
        [
            Play.Page("/"),
            Play.Page("/orders/7"),
            Play.Get("/site.css"),
            Play.Get("/site.css", "Range: bytes=0-3"),
            Play.Get("/site.css", "If-None-Match: \"x\""),
            Play.Get("/missing.css"),
            Play.Get("/api/broken"),
            Play.Get("/healthz"),
            Play.Get("/metrics"),
        ],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.UseDefaultFiles();
        app.UseStaticFiles();
        app.MapGet("/api/broken", string () => throw new InvalidOperationException("broken"));
        app.MapFallbackToFile("index.html");
        return app;
    }
}
