using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;

namespace CrashShield.GuestApps.Templates;

internal static class EmptyWeb
{
    public static Guest Guest { get; } = new("web", GuestKind.Api, "dotnet new web", Build)
    {
        IsShort = true,
        About = ["Middleware/Endpoints"],
        Plays =
        [
            Play.Get("/"),
            Play.Send("HEAD", "/"),
            Play.Post("/"),
            Play.Get("/nothing-here"),
            Play.Get("/healthz"),
            Play.Get("/readyz", "Accept: application/json"),
            Play.Get("/metrics"),
        ],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.MapGet("/", () => "Hello World!");
        return app;
    }
}
