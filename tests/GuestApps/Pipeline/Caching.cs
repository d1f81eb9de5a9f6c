using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;
using CrashShield.GuestApps.Seen;

namespace CrashShield.GuestApps.Pipeline;

internal static class Caching
{
    public static Guest Guest { get; } = new("output-cache", GuestKind.Api, "dotnet new aspire-starter, output cache", Build)
    {
        Plays =
        [
            Play.Get("/output?protocol=any"),
            Play.Get("/output?protocol=any"),
            Play.Get("/response"),
            Play.Get("/response"),
            Play.Get("/broken"),
            Play.Get("/broken"),
            Play.Get("/cached-error"),
        ],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        builder.Services.AddOutputCache();
        builder.Services.AddResponseCaching();
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.UseResponseCaching();
        app.UseOutputCache();
        app.MapGet("/output", () =>
        {
            SeenLog.Note("made");
            return "output";
        }).CacheOutput();
        app.MapGet("/response", (HttpContext context) =>
        {
            SeenLog.Note("made");
            context.Response.Headers.CacheControl = "public, max-age=600";
            return "response";
        });
        app.MapGet("/broken", string () =>
        {
            SeenLog.Note("made");
            throw new InvalidOperationException("broken");
        }).CacheOutput();
        app.MapGet("/cached-error", (HttpContext context) =>
        {
            context.Response.Headers.CacheControl = "public, max-age=600";
            return Results.StatusCode(StatusCodes.Status500InternalServerError);
        });
        return app;
    }
}
