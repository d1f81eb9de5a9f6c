using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;

namespace CrashShield.GuestApps.Streams;

/// <summary>A list that is written while it is made, and one that cannot be serialized.</summary>
internal static class JsonStream
{
    public static Guest Guest { get; } = new("json-stream", GuestKind.Api, "dotnet/AspNetCore.Docs, IAsyncEnumerable", Build)
    {
        Plays = [Play.Get("/list"), Play.Cut("/fails-late"), Play.Get("/fails-early"), Play.Get("/cycle"), Play.Get("/getter")],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.MapGet("/list", () => ListAsync(3, fails: false));
        app.MapGet("/fails-late", () => ListAsync(20_000, fails: true));
        app.MapGet("/fails-early", () => ListAsync(1, fails: true));
        app.MapGet("/cycle", () => new Node());
        app.MapGet("/getter", () => new Broken());
        return app;
    }

    private static async IAsyncEnumerable<int> ListAsync(int count, bool fails)
    {
        for (var i = 0; i < count; i++)
        {
            if (i % 100 == 0)
                await Task.Yield();
            yield return i;
        }

        if (fails && count > 1)
            await ResponseHead.HasArrivedAsync();
        if (fails)
            throw new InvalidOperationException("the list has failed");
    }

    private sealed class Node
    {
        public Node Self => this;
    }

    private sealed class Broken
    {
        public string Name => throw new InvalidOperationException("getter");
    }
}
