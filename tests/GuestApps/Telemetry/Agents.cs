using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;

namespace CrashShield.GuestApps.Telemetry;

/// <summary>Looked at as monitoring products do it: by diagnostic events, spans and the framework's meters.</summary>
internal static class Agents
{
    public static Guest Guest { get; } = new("agents", GuestKind.Api, "https://github.com/elastic/apm-agent-dotnet/issues/2312", Build)
    {
        IsShort = true,
        About = ["Middleware/Exceptions", "Hosting/Failures"],
        Listens = Listening.Diagnostics | Listening.Meters | Listening.Spans,
        Plays =
        [
            Play.Get("/fine"),
            Play.Get("/broken"),
            Play.Get("/bad"),
            Play.Get("/nothing"),
            Play.Cut("/started"),
            Play.Get("/broken", "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
            Play.Get("/healthz"),
        ],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.MapGet("/fine", () => "fine");
        app.MapGet("/broken", string () => throw new InvalidOperationException("broken"));
        app.MapGet("/bad", string () => throw new BadHttpRequestException("bad"));
        app.MapGet("/started", async context =>
        {
            await context.Response.WriteAsync("half");
            await context.Response.Body.FlushAsync();
            await ResponseHead.HasArrivedAsync();
            throw new InvalidOperationException("started");
        });
        return app;
    }
}
