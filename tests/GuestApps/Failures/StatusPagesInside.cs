using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;

namespace CrashShield.GuestApps.Failures;

internal static class StatusPagesInside
{
    public static Guest Guest { get; } = new("status-pages", GuestKind.Api, "https://github.com/dotnet/AspNetCore.Docs/issues/26935", Build)
    {
        Plays = [Play.Get("/nothing"), Play.Get("/teapot"), Play.Get("/broken"), Play.Get("/moved/nothing")],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.UseWhen(context => context.Request.Path.StartsWithSegments("/moved"), branch => branch.UseStatusCodePagesWithRedirects("/status?code={0}"));
        app.UseWhen(context => !context.Request.Path.StartsWithSegments("/moved"), branch => branch.UseStatusCodePages("text/plain", "Status: {0}"));
        app.MapGet("/teapot", () => Results.StatusCode(StatusCodes.Status418ImATeapot));
        app.MapGet("/broken", string () => throw new InvalidOperationException("broken"));
        return app;
    }
}
