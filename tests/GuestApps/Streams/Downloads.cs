using System.Text;
using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;

namespace CrashShield.GuestApps.Streams;

internal static class Downloads
{
    public static Guest Guest { get; } = new("downloads", GuestKind.Api, "https://github.com/aspnet/StaticFiles/issues/150", Build)
    {
        Plays =
        [
            Play.Get("/file"),
            Play.Get("/file", "Range: bytes=2-5"),
            Play.Get("/file", "Range: bytes=900-"),
            Play.Send("HEAD", "/file"),
            Play.Cut("/short"),
            Play.Get("/long"),
            Play.Get("/missing"),
            Play.Get("/trailers"),
        ],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.MapMethods("/file", ["GET", "HEAD"], () => Results.Bytes(Encoding.ASCII.GetBytes("0123456789"), "text/plain", "numbers.txt", enableRangeProcessing: true));
        // Fewer and more bytes than announced.
        app.MapGet("/short", async context =>
        {
            context.Response.ContentLength = 10;
            await context.Response.WriteAsync("four");
            await ResponseHead.HasArrivedAsync();
        });
        app.MapGet("/long", context =>
        {
            context.Response.ContentLength = 2;
            return context.Response.WriteAsync("four");
        });
        app.MapGet("/missing", () => Results.File("/nowhere/at/all.txt", "text/plain"));
        app.MapGet("/trailers", async context =>
        {
            context.Response.DeclareTrailer("X-Checksum");
            await context.Response.WriteAsync("body");
            context.Response.AppendTrailer("X-Checksum", "7");
        });
        return app;
    }
}
