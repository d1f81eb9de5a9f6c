using System.Text.Json.Serialization;
using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;

namespace CrashShield.GuestApps.Templates;

internal static partial class WebApiAot
{
    private static readonly Todo[] Todos = [new(1, "Walk the dog"), new(2, "Do the dishes")];

    public static Guest Guest { get; } = new("webapiaot", GuestKind.Api, "dotnet new webapiaot", Build)
    {
        Plays = [Play.Get("/todos/"), Play.Get("/todos/2"), Play.Get("/todos/3"), Play.Get("/todos/x"), Play.Get("/todos/1/broken")],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateSlimBuilder();
        builder.Services.ConfigureHttpJsonOptions(options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, TodoJson.Default));
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        var todos = app.MapGroup("/todos");
        todos.MapGet("/", () => Todos);
        todos.MapGet("/{id}", (int id) => Todos.FirstOrDefault(todo => todo.Id == id) is { } todo ? Results.Ok(todo) : Results.NotFound());
        todos.MapGet("/{id}/broken", Todo (int id) => throw new InvalidOperationException($"todo {id} is broken"));
        return app;
    }

    internal sealed record Todo(int Id, string Title);

    [JsonSerializable(typeof(Todo[]))]
    [JsonSerializable(typeof(Todo))]
    internal sealed partial class TodoJson : JsonSerializerContext;
}
