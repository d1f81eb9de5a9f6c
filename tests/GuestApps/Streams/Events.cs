using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;
using CrashShield.GuestApps.Seen;

namespace CrashShield.GuestApps.Streams;

internal static class Events
{
    public static Guest Guest { get; } = new("server-sent-events", GuestKind.Api, "https://github.com/dotnet/corefx/issues/22917", Build)
    {
        IsShort = true,
        About = ["Middleware/Exceptions"],
        Plays =
        [
            Play.Get("/three", "Accept: text/event-stream"),
            Play.Stream("/endless", 5, "Accept: text/event-stream"),
            Play.Cut("/fails", "Accept: text/event-stream"),
            Play.Get("/fails-at-once", "Accept: text/event-stream"),
            Play.Stream("/by-hand", 4),
        ],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.MapGet("/three", () => TypedResults.ServerSentEvents(CountAsync(3, default), "count"));
        app.MapGet("/endless", (CancellationToken cancellationToken) => TypedResults.ServerSentEvents(CountAsync(int.MaxValue, cancellationToken)));
        app.MapGet("/fails", () => TypedResults.ServerSentEvents(FailAfterAsync(2)));
        app.MapGet("/fails-at-once", () => TypedResults.ServerSentEvents(FailAfterAsync(0)));
        app.MapGet("/by-hand", async context =>
        {
            context.Response.ContentType = "text/event-stream";
            for (var i = 0; !context.RequestAborted.IsCancellationRequested; i++)
            {
                await context.Response.WriteAsync($"id: {i}\ndata: tick\n\n", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await Task.Delay(1, context.RequestAborted);
            }
        });
        return app;
    }

    private static async IAsyncEnumerable<SseItem<string>> CountAsync(int count, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var i = 0; i < count; i++)
        {
            yield return new SseItem<string>($"{i}", "tick") { EventId = $"{i}" };
            await Task.Delay(1, cancellationToken);
        }
    }

    private static async IAsyncEnumerable<SseItem<string>> FailAfterAsync(int count)
    {
        for (var i = 0; i < count; i++)
            yield return new SseItem<string>($"{i}");
        if (count > 0)
            await ResponseHead.HasArrivedAsync();
        await Task.Yield();
        SeenLog.Note("the source fails");
        throw new InvalidOperationException("the source has failed");
    }
}
