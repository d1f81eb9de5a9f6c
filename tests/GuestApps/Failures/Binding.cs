using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;

namespace CrashShield.GuestApps.Failures;

internal static class Binding
{
    public static Guest Guest { get; } = new("binding", GuestKind.Api, "https://github.com/dotnet/aspnetcore/issues/48355", Build)
    {
        IsShort = true,
        About = ["Middleware/Exceptions"],
        Plays =
        [
            Play.Get("/items/1"),
            Play.Get("/items/x"),
            Play.Get("/search"),
            Play.Get("/search?size=many"),
            Play.Post("/items", """{"name":"a","count":1}"""),
            Play.Post("/items", """{"name":"a","count":"one"}"""),
            Play.Post("/items", "{"),
            Play.Post("/items"),
            Play.Post("/items", "name=a") with { ContentType = "text/plain" },
            Play.Get("/header"),
        ],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.MapGet("/items/{id}", (int id) => id);
        app.MapGet("/search", (int size) => size);
        app.MapPost("/items", (Item item) => item);
        app.MapGet("/header", ([Microsoft.AspNetCore.Mvc.FromHeader(Name = "X-Tenant")] string tenant) => tenant);
        return app;
    }

    private sealed record Item(string Name, int Count);
}
