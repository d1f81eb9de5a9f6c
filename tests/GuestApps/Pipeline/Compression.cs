using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;

namespace CrashShield.GuestApps.Pipeline;

internal static class Compression
{
    private const string Gzip = "Accept-Encoding: gzip";

    public static Guest Guest { get; } = new("compression", GuestKind.Api, "https://github.com/dotnet/AspNetCore.Docs/issues/22598", Build)
    {
        Plays =
        [
            Play.Get("/long", Gzip),
            Play.Get("/long"),
            Play.Get("/broken", Gzip),
            Play.Cut("/half", Gzip),
            Play.Get("/before", Gzip),
            Play.Post("/echo", "plain", "Content-Encoding: unknown"),
            Play.Get("/nothing", Gzip),
        ],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        builder.Services.AddResponseCompression();
        builder.Services.AddRequestDecompression();
        setup.Add(builder);
        var app = builder.Build();
        app.UseResponseCompression();
        setup.Use(app);
        app.UseRequestDecompression();
        app.MapGet("/long", () => Results.Text(new string('a', 5_000), "text/plain"));
        app.MapGet("/broken", string () => throw new InvalidOperationException("broken"));
        // Written into the compressing body, but not yet sent.
        app.MapGet("/before", async context =>
        {
            context.Response.ContentType = "text/plain";
            await context.Response.WriteAsync("some");
            throw new InvalidOperationException("before it is sent");
        });
        app.MapGet("/half", async context =>
        {
            context.Response.ContentType = "text/plain";
            await context.Response.WriteAsync(new string('b', 5_000));
            await context.Response.Body.FlushAsync();
            await ResponseHead.HasArrivedAsync();
            throw new InvalidOperationException("half");
        });
        app.MapPost("/echo", async (HttpRequest request) => await new StreamReader(request.Body).ReadToEndAsync());
        return app;
    }
}
