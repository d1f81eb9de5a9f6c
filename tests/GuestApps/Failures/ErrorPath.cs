using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;
using CrashShield.GuestApps.Seen;
using Microsoft.AspNetCore.Diagnostics;

namespace CrashShield.GuestApps.Failures;

internal static class ErrorPath
{
    public static Guest Guest { get; } = new("error-path", GuestKind.Api, "https://github.com/dotnet/AspNetCore.Docs/issues/22598", Build)
    {
        About = ["Middleware/Exceptions"],
        Listens = Listening.Diagnostics,
        Plays = [Play.Get("/broken?id=7"), Play.Page("/broken"), Play.Post("/broken", "{}"), Play.Cut("/started"), Play.Get("/nothing")],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.Mark("outside");
        app.UseExceptionHandler("/error");
        app.Mark("inside");
        app.Map("/broken", string () => throw new InvalidOperationException("broken"));
        app.MapGet("/started", async context =>
        {
            await context.Response.WriteAsync("half");
            await context.Response.Body.FlushAsync();
            await ResponseHead.HasArrivedAsync();
            throw new InvalidOperationException("started");
        });
        app.Map("/error", (HttpContext context) =>
        {
            var feature = context.Features.Get<IExceptionHandlerPathFeature>();
            return Results.Text($"{context.Request.Method} {feature?.Path} failed with {feature?.Error.Message}", statusCode: 500);
        });
        return app;
    }
}
