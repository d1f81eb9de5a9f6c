using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;

namespace CrashShield.GuestApps.Failures;

internal static class ThrowsEverywhere
{
    public static Guest Guest { get; } = new("throws", GuestKind.Api, "https://github.com/dotnet/AspNetCore.Docs/issues/22026", Build)
    {
        IsShort = true,
        About = ["Middleware/Exceptions"],
        Plays =
        [
            Play.Get("/sync"),
            Play.Get("/async"),
            Play.Page("/async"),
            Play.Get("/async", "Accept: text/plain"),
            Play.Get("/async", "Accept: application/json"),
            Play.Get("/async", "Accept: image/png"),
            Play.Send("HEAD", "/sync"),
            Play.Get("/nested"),
            Play.Get("/with-headers"),
            Play.Get("/after-status"),
            Play.Get("/bad-request"),
            Play.Get("/too-large"),
            Play.Get("/timeout"),
            Play.Get("/canceled"),
            Play.Get("/on-starting"),
            Play.Get("/on-completed"),
            Play.Get("/unflushed"),
            Play.Cut("/started"),
            Play.Get("/"),
        ],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.MapGet("/", () => "fine");
        app.MapGet("/sync", string () => throw new InvalidOperationException("sync"));
        app.MapGet("/async", async Task<string> () =>
        {
            await Task.Yield();
            throw new InvalidOperationException("async");
        });
        app.MapGet("/nested", string () => throw new AggregateException(new InvalidOperationException("outer", new IOException("inner"))));
        app.MapGet("/bad-request", string () => throw new BadHttpRequestException("bad", StatusCodes.Status422UnprocessableEntity));
        app.MapGet("/too-large", string () => throw new BadHttpRequestException("large", StatusCodes.Status413PayloadTooLarge));
        app.MapGet("/timeout", string () => throw new TimeoutException("late"));
        app.MapGet("/canceled", string () => throw new OperationCanceledException("by nobody"));
        app.MapGet("/with-headers", string (HttpContext context) =>
        {
            context.Response.Headers["X-Before"] = "set";
            context.Response.Headers.CacheControl = "public, max-age=600";
            context.Response.Headers.ETag = "\"1\"";
            context.Response.Cookies.Append("cart", "1");
            throw new InvalidOperationException("after headers");
        });
        app.MapGet("/after-status", string (HttpContext context) =>
        {
            context.Response.StatusCode = StatusCodes.Status202Accepted;
            throw new InvalidOperationException("after status");
        });
        MapCallbacks(app);
        return app;
    }

    private static void MapCallbacks(WebApplication app)
    {
        app.MapGet("/on-starting", (HttpContext context) =>
        {
            context.Response.OnStarting(() => throw new InvalidOperationException("on starting"));
            return "never sent";
        });
        app.MapGet("/on-completed", (HttpContext context) =>
        {
            context.Response.OnCompleted(() => throw new InvalidOperationException("on completed"));
            return "sent";
        });
        app.MapGet("/unflushed", async context =>
        {
            context.Response.BodyWriter.GetSpan(4)[..4].Fill((byte)'x');
            context.Response.BodyWriter.Advance(4);
            await Task.Yield();
            throw new InvalidOperationException("unflushed");
        });
        app.MapGet("/started", async context =>
        {
            await context.Response.WriteAsync("half");
            await context.Response.Body.FlushAsync();
            await ResponseHead.HasArrivedAsync();
            throw new InvalidOperationException("started");
        });
    }
}
