using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;
using CrashShield.GuestApps.Seen;
using Microsoft.AspNetCore.Diagnostics;

namespace CrashShield.GuestApps.Failures;

internal static class StatusPagesReExecute
{
    public static Guest Guest { get; } = new("status-pages-reexecute", GuestKind.Api, "https://github.com/dotnet/aspnetcore/issues/11555", Build)
    {
        IsShort = true,
        About = ["Middleware/Exceptions"],
        Plays =
        [
            Play.Get("/nothing?x=1"),
            Play.Get("/set/404"),
            Play.Get("/set/503"),
            Play.Get("/set-with-body"),
            Play.Get("/broken"),
            Play.Page("/broken"),
            Play.Get("/items/x"),
            Play.Post("/nothing", "{}"),
        ],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        setup.Add(builder);
        var app = builder.Build();
        app.UseStatusCodePagesWithReExecute("/status/{0}", "?from={0}");
        setup.Use(app);
        app.Mark("inside");
        app.Map("/status/{code:int}", (int code, HttpContext context) =>
            $"status page {code} for {context.Features.Get<IStatusCodeReExecuteFeature>()?.OriginalPath}");
        app.MapGet("/set/{code:int}", (int code) => Results.StatusCode(code));
        app.MapGet("/set-with-body", () => Results.Text("own", statusCode: 404));
        app.MapGet("/items/{id}", (int id) => id);
        app.MapGet("/broken", string () => throw new InvalidOperationException("broken"));
        return app;
    }
}
