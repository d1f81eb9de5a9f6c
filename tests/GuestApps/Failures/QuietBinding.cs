using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;

namespace CrashShield.GuestApps.Failures;

/// <summary>An application that has chosen: no exceptions for bad requests, in no environment.</summary>
internal static class QuietBinding
{
    public static Guest Guest { get; } = new("quiet-binding", GuestKind.Api, "https://github.com/dotnet/AspNetCore.Docs/issues/34245", Build)
    {
        Plays = [Play.Get("/items/x"), Play.Post("/items", "{"), Play.Get("/broken")],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = false);
        builder.Services.AddValidation();
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.MapGet("/items/{id}", (int id) => id);
        app.MapPost("/items", (Dictionary<string, int> item) => item.Count);
        app.MapGet("/broken", string () => throw new InvalidOperationException("broken"));
        return app;
    }
}
