using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;

namespace CrashShield.GuestApps.Pipeline;

internal static class Sessions
{
    public static Guest Guest { get; } = new("session", GuestKind.Api, "dotnet/AspNetCore.Docs, session sample", Build)
    {
        Plays = [Play.Get("/count"), Play.Get("/count"), Play.Get("/count-and-break"), Play.Get("/count"), Play.Get("/first-break", "Cookie: other=1")],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        builder.Services.AddDistributedMemoryCache();
        builder.Services.AddSession(session => session.Cookie.Name = ".Guest.Session");
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.UseSession();
        app.MapGet("/count", (HttpContext context) => Count(context));
        app.MapGet("/count-and-break", string (HttpContext context) => throw new InvalidOperationException($"at {Count(context)}"));
        app.MapGet("/first-break", string (HttpContext context) => throw new InvalidOperationException($"first at {Count(context)}"));
        return app;
    }

    private static int Count(HttpContext context)
    {
        var count = (context.Session.GetInt32("count") ?? 0) + 1;
        context.Session.SetInt32("count", count);
        return count;
    }
}
