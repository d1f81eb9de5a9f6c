using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;

namespace CrashShield.GuestApps.Pipeline;

/// <summary>An access log of the application's own before the place: it writes the status that the client gets.</summary>
internal static class AccessLog
{
    public static Guest Guest { get; } = new("access-log", GuestKind.Api, "https://github.com/serilog/serilog-aspnetcore/issues/344", Build)
    {
        IsShort = true,
        About = ["Middleware"],
        Plays = [Play.Get("/fine"), Play.Get("/broken"), Play.Get("/bad"), Play.Get("/nothing"), Play.Get("/items/x")],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        setup.Add(builder);
        var app = builder.Build();
        app.Use(async (context, next) =>
        {
            var logger = context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("Access");
            try
            {
                await next(context);
                logger.LogInformation("{Method} {Path} {Status}", context.Request.Method, context.Request.Path, context.Response.StatusCode);
            }
            catch (Exception e)
            {
                logger.LogError(e, "{Method} {Path} threw", context.Request.Method, context.Request.Path);
                throw;
            }
        });
        setup.Use(app);
        app.MapGet("/fine", () => "fine");
        app.MapGet("/broken", string () => throw new InvalidOperationException("broken"));
        app.MapGet("/bad", string () => throw new BadHttpRequestException("bad"));
        app.MapGet("/items/{id}", (int id) => id);
        return app;
    }
}
